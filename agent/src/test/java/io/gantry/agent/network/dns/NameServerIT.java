package io.gantry.agent.network.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Blocking;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import io.gantry.agent.host.kernel.PidFd;
import io.gantry.agent.host.kernel.Signals;
import io.gantry.agent.host.kernel.Spawn;
import io.gantry.agent.host.links.NetlinkLinks;
import io.gantry.agent.host.names.NamespaceSockets;
import io.gantry.agent.network.dns.NameBook.Place;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions asked in a network namespace, as a container's resolver asks them. */
@Tag("host")
@Timeout(60)
class NameServerIT {
  private static final InetSocketAddress RESOLVER = new InetSocketAddress("127.0.0.11", 53);
  private static final int NOT_ANSWERED_AFTER_MILLIS = 400;

  @TempDir Path directory;
  private final ContainerId asker = ContainerId.random();
  private final ContainerId web = ContainerId.random();
  private final NameBook book = new NameBook();
  private final NamespaceSockets sockets = new NamespaceSockets();
  private NetlinkLinks links;
  private NameServer server;
  private Path namespace;

  @BeforeEach
  void build() throws IOException {
    links = new NetlinkLinks("gtnames", directory.resolve("netns"), 0, 0);
    namespace = links.ensureNamespace(asker);
    server = new NameServer(book, new Random(1));
    book.put(asker, List.of(place("10.0.0.2", "asker")));
    book.put(web, List.of(place("10.0.0.3", "web")));
  }

  @AfterEach
  void tearDown() throws IOException {
    server.close();
    links.removeNamespace(asker);
    links.close();
  }

  @Test
  void aNeighbourIsFoundByDatagramAndByStream() throws IOException {
    server.serve(asker, sockets.open(namespace, Optional.empty()), Upstream.NONE);
    var reply = byDatagram(Packets.query(77, "web", Question.A));
    assertThat(Packets.id(reply)).isEqualTo(77);
    assertThat(Packets.addresses(reply)).containsExactly("10.0.0.3");
    assertThat(Packets.addresses(byStream(Packets.query(78, "web", Question.A))))
        .containsExactly("10.0.0.3");
  }

  @Test
  void whoIsGoneIsNotFound() throws IOException {
    server.serve(asker, sockets.open(namespace, Optional.empty()), Upstream.NONE);
    book.remove(web);
    assertThat(Packets.code(byDatagram(Packets.query(1, "web", Question.A))))
        .isEqualTo(Reply.NAME_ERROR);
  }

  @Test
  void aContainerMayServeNamesOnEveryAddressItself() throws IOException {
    server.serve(asker, sockets.open(namespace, Optional.empty()), Upstream.NONE);
    try (var own = in(() -> new DatagramSocket(new InetSocketAddress("0.0.0.0", 53)))) {
      assertThat(own.getLocalPort()).isEqualTo(53);
      assertThat(Packets.addresses(byDatagram(Packets.query(1, "web", Question.A))))
          .containsExactly("10.0.0.3");
    }
  }

  @Test
  void withoutAnAgentQuestionsAreNotRefusedAndTheNextAgentAnswers() throws IOException {
    server.serve(asker, sockets.open(namespace, Optional.empty()), Upstream.NONE);
    server.stop(asker);
    try (var resolver = in(DatagramSocket::new)) {
      resolver.connect(RESOLVER);
      resolver.setSoTimeout(NOT_ANSWERED_AFTER_MILLIS);
      var query = Packets.query(5, "web", Question.A);
      resolver.send(new DatagramPacket(query, query.length));
      var packet = new DatagramPacket(new byte[512], 512);
      assertThatThrownBy(() -> resolver.receive(packet)).isInstanceOf(SocketTimeoutException.class);
    }
    server.serve(asker, sockets.open(namespace, Optional.empty()), Upstream.NONE);
    assertThat(Packets.addresses(byDatagram(Packets.query(6, "web", Question.A))))
        .containsExactly("10.0.0.3");
  }

  @Test
  void aQuestionThatCameBetweenTwoAgentsWaitsForTheSecondWhereSomebodyKeepsTheSocket()
      throws Exception {
    server.serve(asker, sockets.open(namespace, Optional.empty()), Upstream.NONE);
    var keeper =
        Spawn.of(List.of("/bin/sleep", "60"))
            .give(4, server.descriptor(asker).orElseThrow())
            .start();
    try (var resolver = in(DatagramSocket::new);
        var pid = PidFd.open(keeper.pid())) {
      server.stop(asker);
      resolver.connect(RESOLVER);
      resolver.setSoTimeout(10_000);
      var query = Packets.query(5, "web", Question.A);
      resolver.send(new DatagramPacket(query, query.length));

      server.serve(asker, sockets.open(namespace, Optional.of(pid.take(4))), Upstream.NONE);

      var packet = new DatagramPacket(new byte[512], 512);
      resolver.receive(packet);
      assertThat(Packets.addresses(Arrays.copyOf(packet.getData(), packet.getLength())))
          .containsExactly("10.0.0.3");
      assertThat(Packets.addresses(byStream(Packets.query(78, "web", Question.A))))
          .containsExactly("10.0.0.3");
    } finally {
      Signals.send(keeper.pid(), 9);
    }
  }

  @Test
  void whatIsKeptAndIsNoSocketForNamesIsNotUsed() throws IOException {
    var other = Descriptor.open(Path.of("/dev/null"), 0);
    server.serve(asker, sockets.open(namespace, Optional.of(other)), Upstream.NONE);
    assertThat(Packets.addresses(byDatagram(Packets.query(6, "web", Question.A))))
        .containsExactly("10.0.0.3");
  }

  @Test
  void theRestIsAskedOfOthersAndTheirAnswerComesBackUnderTheAskersNumber() throws IOException {
    try (var other = in(() -> new DatagramSocket(new InetSocketAddress("127.0.0.1", 53)))) {
      Thread.ofVirtual().start(() -> answerOnce(other));
      var upstream =
          new Upstream(List.of(InetAddress.ofLiteral("127.0.0.1")), Optional.of(namespace));
      server.serve(asker, sockets.open(namespace, Optional.empty()), upstream);
      var reply = byDatagram(Packets.query(99, "example.org", Question.A));
      assertThat(Packets.id(reply)).isEqualTo(99);
      assertThat(Packets.addresses(reply)).containsExactly("192.0.2.7");
    }
  }

  @Test
  void whoHasNobodyToAskIsToldSo() throws IOException {
    server.serve(asker, sockets.open(namespace, Optional.empty()), Upstream.NONE);
    assertThat(Packets.code(byDatagram(Packets.query(1, "example.org", Question.A))))
        .isEqualTo(Reply.SERVER_FAILURE);
    var unreadable = Arrays.copyOf(Packets.query(3, "x", Question.A), 13);
    assertThat(Packets.code(byDatagram(unreadable))).isEqualTo(Reply.FORMAT_ERROR);
  }

  private static void answerOnce(DatagramSocket socket) {
    var packet = new DatagramPacket(new byte[512], 512);
    try {
      socket.receive(packet);
      var query = Arrays.copyOf(packet.getData(), packet.getLength());
      var question = Question.parse(query, query.length).orElseThrow();
      var reply =
          Reply.addresses(query, question, List.of(InetAddress.ofLiteral("192.0.2.7")), 512);
      socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
    } catch (IOException closed) {
      // The test that asked has failed already.
    }
  }

  private byte[] byDatagram(byte[] query) throws IOException {
    try (var resolver = in(DatagramSocket::new)) {
      resolver.connect(RESOLVER);
      resolver.setSoTimeout(5000);
      resolver.send(new DatagramPacket(query, query.length));
      var packet = new DatagramPacket(new byte[4096], 4096);
      resolver.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    }
  }

  private byte[] byStream(byte[] query) throws IOException {
    try (var socket = in(() -> new Socket(RESOLVER.getAddress(), RESOLVER.getPort()))) {
      socket.setSoTimeout(5000);
      socket
          .getOutputStream()
          .write(
              ByteBuffer.allocate(2 + query.length)
                  .putShort((short) query.length)
                  .put(query)
                  .array());
      var input = new DataInputStream(socket.getInputStream());
      var reply = new byte[input.readUnsignedShort()];
      input.readFully(reply);
      return reply;
    }
  }

  private <T> T in(Blocking.Operation<T> operation) throws IOException {
    try (var target = Descriptor.open(namespace, 0)) {
      return NetworkNamespaces.in(target, operation);
    }
  }

  private static Place place(String address, String name) {
    return new Place(
        "n1", "front", List.of(name), List.of(InetAddress.ofLiteral(address)), Map.of());
  }
}
