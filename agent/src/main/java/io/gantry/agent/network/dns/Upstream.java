package io.gantry.agent.network.dns;

import io.gantry.agent.host.kernel.Blocking;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The servers that know the rest of the world's names. Each question has a socket of its own with a
 * random port and number, and only the server's own answer to that very question counts. Calls
 * block for at most {@link #PATIENCE} a server.
 *
 * @param from the namespace to ask from; empty: the host's
 */
public record Upstream(List<InetAddress> servers, Optional<Path> from) {
  static final Duration PATIENCE = Duration.ofMillis(2500);

  private static final int PORT = 53;
  private static final int MOST_SERVERS = 3;
  private static final int LARGEST = 65_535;
  private static final SecureRandom RANDOM = new SecureRandom();

  public static final Upstream NONE = new Upstream(List.of(), Optional.empty());

  public Upstream {
    servers = servers.stream().limit(MOST_SERVERS).toList();
  }

  /** The first server's answer, with the asker's number; empty: none of them answered. */
  Optional<byte[]> ask(byte[] query, Question question, boolean stream) {
    for (var server : servers) {
      try {
        var ours = query.clone();
        ByteBuffer.wrap(ours).putShort((short) RANDOM.nextInt(LARGEST + 1));
        var answer = stream ? byStream(server, ours) : byDatagram(server, ours, question);
        ByteBuffer.wrap(answer).putShort((short) question.id());
        return Optional.of(answer);
      } catch (IOException next) {
        // A server that does not answer is why there are several.
      }
    }
    return Optional.empty();
  }

  private byte[] byDatagram(InetAddress server, byte[] query, Question question)
      throws IOException {
    try (var socket = opened(DatagramSocket::new)) {
      socket.connect(new InetSocketAddress(server, PORT));
      socket.send(new DatagramPacket(query, query.length));
      var end = System.nanoTime() + PATIENCE.toNanos();
      var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
      while (true) {
        var left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new IOException("no answer in time");
        }
        socket.setSoTimeout((int) left);
        socket.receive(packet);
        if (answers(packet.getData(), packet.getLength(), query, question)) {
          return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        }
      }
    }
  }

  private byte[] byStream(InetAddress server, byte[] query) throws IOException {
    try (var socket = opened(Socket::new)) {
      socket.connect(new InetSocketAddress(server, PORT), (int) PATIENCE.toMillis());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write(
              ByteBuffer.allocate(2 + query.length)
                  .putShort((short) query.length)
                  .put(query)
                  .array());
      var in = new DataInputStream(socket.getInputStream());
      var answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      if (answer.length < Question.HEADER || answer[0] != query[0] || answer[1] != query[1]) {
        throw new IOException("an answer to another question");
      }
      return answer;
    }
  }

  /** Same number, marked as an answer, same question. */
  private static boolean answers(byte[] answer, int length, byte[] query, Question question) {
    if (length < Question.HEADER
        || answer[0] != query[0]
        || answer[1] != query[1]
        || (answer[2] & 0x80) == 0) {
      return false;
    }
    if (answer[4] == 0 && answer[5] == 0) {
      return true; // some servers repeat no question with a refusal
    }
    if (length < question.end()) {
      return false;
    }
    for (var i = Question.HEADER; i < question.end(); i++) {
      if (lower(answer[i]) != lower(query[i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
  }

  private <T> T opened(Blocking.Operation<T> open) throws IOException {
    if (from.isEmpty()) {
      return open.run();
    }
    try (var namespace = Descriptor.open(from.get(), 0)) {
      return NetworkNamespaces.in(namespace, open);
    }
  }
}
