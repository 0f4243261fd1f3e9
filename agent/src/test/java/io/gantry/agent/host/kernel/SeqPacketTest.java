package io.gantry.agent.host.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SeqPacketTest {
  @TempDir Path directory;

  @Test
  void packetsKeepTheirBoundariesBothWays() throws Exception {
    var path = directory.resolve("s");
    try (var listener = listen(path);
        var client = SeqPacket.connect(path);
        var server = accept(listener)) {
      client.write(utf8("one"));
      client.write(utf8("two!"));
      assertThat(packet(server)).isEqualTo("one");
      assertThat(packet(server)).isEqualTo("two!");
      server.writeOnce(utf8("back"));
      assertThat(packet(client)).isEqualTo("back");
    }
  }

  @Test
  void endOfOutputLeavesInputOpen() throws Exception {
    var path = directory.resolve("s");
    try (var listener = listen(path);
        var client = SeqPacket.connect(path);
        var server = accept(listener)) {
      client.shutdownOutput();
      assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      server.writeOnce(utf8("later"));
      assertThat(packet(client)).isEqualTo("later");
    }
  }

  @Test
  void endOfTheOtherSideIsTheEnd() throws Exception {
    var path = directory.resolve("s");
    try (var listener = listen(path);
        var client = SeqPacket.connect(path)) {
      accept(listener).close();
      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void aPathLongerThanASocketAddressIsReached() throws Exception {
    var deep = Files.createDirectories(directory.resolve("d".repeat(90)).resolve("e".repeat(90)));
    var path = deep.resolve("attach");
    try (var held = Descriptor.directory(deep);
        var listener = listen(held.path().resolve("attach"));
        var client = SeqPacket.connect(path);
        var server = accept(listener)) {
      client.write(utf8("far"));
      assertThat(packet(server)).isEqualTo("far");
    }
  }

  @Test
  void nobodyListeningIsAnErrorThatNamesThePath() {
    assertThatThrownBy(() -> SeqPacket.connect(directory.resolve("none")))
        .isInstanceOf(SystemCallFailed.class)
        .hasMessage("connect " + directory.resolve("none") + ": No such file or directory");
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String packet(SeqPacket from) throws IOException {
    var buffer = ByteBuffer.allocate(100);
    return new String(buffer.array(), 0, from.read(buffer), UTF_8);
  }

  private static String packet(PolledChannel from) throws IOException {
    var buffer = ByteBuffer.allocate(100);
    return new String(buffer.array(), 0, from.read(buffer), UTF_8);
  }

  private static Descriptor listen(Path path) {
    try (var arena = Arena.ofConfined()) {
      var socket = new Descriptor(Native.call(Call.SOCKET, 1, 5 | 0x80000, 0));
      var name = arena.allocate(110, 8);
      name.set(java.lang.foreign.ValueLayout.JAVA_SHORT, 0, (short) 1);
      var bytes = path.toString().getBytes(UTF_8);
      name.asSlice(2, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
      assertThat(Native.call(Call.BIND, socket.number(), name.address(), name.byteSize())).isZero();
      assertThat((int) Native.function(Native.symbol("listen"), socket.number(), 8)).isZero();
      return socket;
    }
  }

  private static PolledChannel accept(Descriptor listener) throws IOException {
    var number = (int) Native.function(Native.symbol("accept"), listener.number(), 0, 0);
    return new PolledChannel(new Descriptor(number));
  }
}
