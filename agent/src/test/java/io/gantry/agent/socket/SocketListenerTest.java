package io.gantry.agent.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class SocketListenerTest {
  private static final SocketListener.Options OWNER_ONLY =
      new SocketListener.Options(Optional.empty(), Optional.empty(), List.of());
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path directory;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private SocketListener echoing() throws IOException {
    return listening(
        connection ->
            ConnectionFlow.of(connection).join(Flow.<ByteString>create()).run(KIT.system()));
  }

  private SocketListener listening(Consumer<Connection> handler) throws IOException {
    return SocketListener.bind(new ListenAddress.Unix(socket()), OWNER_ONLY, handler);
  }

  private Path socket() {
    return directory.resolve("s");
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void bytesGoBothWaysAndTheEndOfOneDirectionLeavesTheOtherOpen() throws Exception {
    try (var _ = echoing();
        var client = connect()) {
      var sent = new byte[3_000_000];
      new java.util.Random(7).nextBytes(sent);
      var writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var buffer = ByteBuffer.wrap(sent);
                      while (buffer.hasRemaining()) {
                        client.write(buffer);
                      }
                      client.shutdownOutput();
                    } catch (IOException failure) {
                      throw new java.io.UncheckedIOException(failure);
                    }
                  });

      var received = Channels.newInputStream(client).readAllBytes();

      writer.join();
      assertThat(received).isEqualTo(sent);
    }
  }

  @Test
  void theServerMayGoOnAfterTheClientHasEndedItsOutput() throws Exception {
    var inputEnded = new CompletableFuture<Void>();
    try (var _ =
            listening(
                connection ->
                    Source.single(ByteString.fromString("late"))
                        .via(ConnectionFlow.of(connection))
                        .runWith(Sink.ignore(), KIT.system())
                        .thenRun(() -> inputEnded.complete(null)));
        var client = connect()) {
      client.shutdownOutput();
      assertThat(Channels.newInputStream(client).readAllBytes()).isEqualTo(bytes("late"));
      inputEnded.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void thePrincipalIsWhatTheKernelKnowsOfThePeer() throws Exception {
    var principal = new CompletableFuture<String>();
    try (var _ =
            listening(
                connection -> {
                  principal.complete(connection.principal());
                  connection.close();
                });
        var _ = connect()) {
      var uid = Files.getAttribute(directory, "unix:uid");
      var gid = Files.getAttribute(directory, "unix:gid");
      assertThat(principal.get(5, TimeUnit.SECONDS))
          .isEqualTo("unix:uid=%s,gid=%s".formatted(uid, gid));
    }
  }

  @Test
  void aUnixSocketIsForItsOwnerAlone() throws Exception {
    try (var _ = echoing()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-------");
    }
    assertThat(socket()).doesNotExist();
  }

  @Test
  void aStaleSocketIsReplacedAndALiveOneIsNot() throws Exception {
    try (var channel =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(socket()));
    }
    try (var _ = echoing()) {
      assertThatThrownBy(this::echoing)
          .isInstanceOf(IOException.class)
          .hasMessage("cannot listen on unix://%s: another process does", socket());
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    Files.writeString(socket(), "mine");
    assertThatThrownBy(this::echoing)
        .hasMessage("cannot listen on unix://%s: it is not a socket", socket());
    assertThat(socket()).hasContent("mine");
  }

  @Test
  void anAddressThatOthersCanReachIsRefusedWithoutTls() {
    var everywhere = new ListenAddress.Tcp(new InetSocketAddress("0.0.0.0", 0));
    assertThatThrownBy(() -> SocketListener.bind(everywhere, OWNER_ONLY, Connection::close))
        .hasMessage(
            "cannot listen on tcp://0.0.0.0:0: an address other than loopback needs TLS with client"
                + " certificates");
  }

  @Test
  void addressesAreReadInAllTheirForms() {
    assertThat(ListenAddress.parse("unix:///run/a.sock"))
        .isEqualTo(ListenAddress.parse("/run/a.sock"))
        .hasToString("unix:///run/a.sock");
    assertThat(ListenAddress.parse("tcp://127.0.0.1:80"))
        .isEqualTo(ListenAddress.parse("127.0.0.1:80"));
    assertThat(ListenAddress.parse("[::1]:80").local()).isTrue();
    assertThatThrownBy(() -> ListenAddress.parse("nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an address to listen on: \"nowhere\"");
    assertThatThrownBy(() -> ListenAddress.parse("/" + "x".repeat(120)))
        .hasMessageContaining("longer than 107 bytes");
  }

  @Test
  void aClientThatHasEndedItsOutputAndThenGoesIsNoticed() throws Exception {
    var accepted = new CompletableFuture<Connection>();
    var gone = new CompletableFuture<Void>();
    try (var _ = listening(accepted::complete)) {
      Connection connection;
      try (var client = connect()) {
        connection = accepted.get(10, TimeUnit.SECONDS);
        client.shutdownOutput();
        assertThat(connection.read().isEmpty()).isTrue();
        connection.whenGone(() -> gone.complete(null));
        connection.write(ByteString.fromString("still heard"));
        assertThat(client.read(java.nio.ByteBuffer.allocate(64))).isEqualTo(11);
        assertThat(gone).isNotDone();
      }
      gone.get(10, TimeUnit.SECONDS);
      connection.close();
    }
  }

  @Test
  void whoHasSaidNothingMakesRoomForOthers() throws Exception {
    var places = new Places(2);
    var first = new Quiet();
    var second = new Quiet();
    assertThat(places.take()).isTrue();
    var speaking = places.holding(first);
    speaking.read();
    assertThat(places.take()).isTrue();
    places.holding(second);

    assertThat(places.take()).isTrue();

    assertThat(second.closed).isTrue();
    assertThat(first.closed).isFalse();
    places.holding(new Quiet()).read();
    assertThat(places.take()).isFalse();
    speaking.close();
    speaking.close();
    assertThat(places.take()).isTrue();
    assertThat(places.take()).isFalse();
  }

  private static final class Quiet implements Connection {
    private boolean closed;

    @Override
    public String principal() {
      return "nobody";
    }

    @Override
    public ByteString read() {
      return ByteString.fromString("word");
    }

    @Override
    public int read(ByteBuffer target) {
      target.put((byte) 'w');
      return 1;
    }

    @Override
    public void write(ByteString bytes) {}

    @Override
    public void endOutput() {}

    @Override
    public void close() {
      closed = true;
    }
  }
}
