package io.gantry.agent.host.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SpawnTest {
  @Test
  void exitCodeOfAProgramIsSeen() throws Exception {
    assertThat(exit(Spawn.of(List.of("/bin/sh", "-c", "exit 7")))).isEqualTo(7);
  }

  @Test
  void deathBySignalIsSeenAs128PlusItsNumber() throws Exception {
    var child = Spawn.of(List.of("/bin/sleep", "60")).start();
    assertThat(child.signal(9)).isTrue();
    assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(137);
    assertThat(child.signal(9)).isFalse();
  }

  @Test
  void environmentIsExactlyWhatWasGiven() throws Exception {
    var output = output(Spawn.of(List.of("/usr/bin/env")).environment(Map.of("A", "ä b=c")));
    assertThat(output).isEqualTo("A=ä b=c\n");
  }

  @Test
  void programStartsInItsDirectory(@TempDir Path directory) throws Exception {
    assertThat(output(Spawn.of(List.of("/bin/pwd")).in(directory.toRealPath())))
        .isEqualTo(directory.toRealPath() + "\n");
  }

  @Test
  void newSessionMakesItsLeaderOfTheProgram() throws Exception {
    // Field 6 of stat is the session, field 1 the process.
    var command =
        List.of("/bin/sh", "-c", "read p c s pp g sid rest < /proc/$$/stat; echo $p $sid");
    var fields = output(Spawn.of(command).inNewSession()).strip().split(" ");
    assertThat(fields[0]).isEqualTo(fields[1]);
  }

  @Test
  void descriptorsArriveUnderTheirNumbersEvenWhenTheyCross() throws Exception {
    try (var first = Pipe.open();
        var second = Pipe.open()) {
      var spawn =
          Spawn.of(
                  List.of(
                      "/bin/sh",
                      "-c",
                      "echo a >/dev/fd/" + second.sink().number() + "; echo b >&9"))
              .give(second.sink().number(), first.sink())
              .give(9, second.sink());
      var child = spawn.start();
      first.sink().close();
      second.sink().close();
      assertThat(text(first)).isEqualTo("a\n");
      assertThat(text(second)).isEqualTo("b\n");
      assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void noOtherDescriptorOfTheAgentIsInherited(@TempDir Path directory) throws Exception {
    try (var _ = ServerSocketChannel.open();
        var _ = Files.newByteChannel(Files.createFile(directory.resolve("file")))) {
      // No pipe and no second process: the shell's own descriptors for those would be in the list.
      var script = "for f in /proc/$$/fd/*; do if [ -e $f ]; then echo ${f##*/}; fi; done";
      var listed = output(Spawn.of(List.of("/bin/sh", "-c", script)));
      assertThat(listed.lines()).containsExactlyInAnyOrder("0", "1", "2");
    }
  }

  @Test
  void programThatIsNotThereIsNamedInTheError() {
    assertThatThrownBy(() -> Spawn.of(List.of("/no/such/program")).start())
        .isInstanceOf(SystemCallFailed.class)
        .hasMessage("start /no/such/program: No such file or directory");
  }

  @Test
  void readingAPipeEndsWithItsPatience() throws Exception {
    try (var pipe = Pipe.open();
        var channel = new PolledChannel(pipe.source())) {
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), Duration.ofMillis(10)))
          .isInstanceOf(InterruptedByTimeoutException.class);
    }
  }

  @Test
  void closingAChannelWakesItsReader() throws Exception {
    try (var pipe = Pipe.open()) {
      var channel = new PolledChannel(pipe.source());
      var failure = new java.util.concurrent.CompletableFuture<Throwable>();
      Thread.startVirtualThread(
          () -> {
            try {
              channel.read(ByteBuffer.allocate(1));
            } catch (IOException closed) {
              failure.complete(closed);
            }
          });
      channel.close();
      assertThat(failure.get(10, TimeUnit.SECONDS))
          .isInstanceOf(java.nio.channels.ClosedChannelException.class);
    }
  }

  @Test
  void aMegabyteGoesThroughAProgramUnchanged() throws Exception {
    try (var in = Pipe.open();
        var out = Pipe.open()) {
      var child = Spawn.of(List.of("/bin/cat")).give(0, in.source()).give(1, out.sink()).start();
      in.source().close();
      out.sink().close();
      var bytes = new byte[1 << 20];
      new java.util.Random(7).nextBytes(bytes);
      Thread.startVirtualThread(
          () -> {
            try (var sink = new PolledChannel(in.sink())) {
              sink.write(ByteBuffer.wrap(bytes));
            } catch (IOException failed) {
              throw new java.io.UncheckedIOException(failed);
            }
          });
      try (var source = new PolledChannel(out.source())) {
        assertThat(Channels.newInputStream(source).readAllBytes()).isEqualTo(bytes);
      }
      assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void manyProgramsLeaveNoDescriptorBehind() throws Exception {
    exit(Spawn.of(List.of("/bin/true")));
    var before = openDescriptors();
    for (var i = 0; i < 200; i++) {
      output(Spawn.of(List.of("/bin/true")));
    }
    assertThat(openDescriptors()).as("one in ten would show").isLessThan(before + 20);
  }

  private static long openDescriptors() throws IOException {
    try (var entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.count();
    }
  }

  private static int exit(Spawn spawn) throws Exception {
    return spawn.start().exit().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static String output(Spawn spawn) throws Exception {
    try (var pipe = Pipe.open()) {
      var child = spawn.give(1, pipe.sink()).start();
      pipe.sink().close();
      var text = text(pipe);
      assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isZero();
      return text;
    }
  }

  private static String text(Pipe pipe) throws IOException {
    try (var channel = new PolledChannel(pipe.source())) {
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }
  }
}
