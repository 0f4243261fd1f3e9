package io.gantry.agent.network.dns;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.NameSockets;
import io.gantry.agent.host.kernel.Descriptor;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One container's questions. Bounded in how many wait for an answer from elsewhere. */
final class Served {
  static final int MOST_FORWARDED = 128;

  private static final Logger LOG = LoggerFactory.getLogger(Served.class);
  private static final int MOST_CONVERSATIONS = 16;
  private static final int MOST_QUESTIONS = 256;
  private static final int LARGEST_QUERY = 4096;
  private static final int AT_ONCE = 64;
  private static final int LARGEST_ANSWER = 65_535;
  private static final int IDLE_MILLIS = 10_000;

  private final ContainerId id;
  private final NameSockets.Pair sockets;
  private final Upstream upstream;
  private final Answers answers;
  private final Semaphore forwarded = new Semaphore(MOST_FORWARDED);
  private final Semaphore conversations = new Semaphore(MOST_CONVERSATIONS);

  Served(ContainerId id, NameSockets.Pair sockets, Upstream upstream, Answers answers) {
    this.id = id;
    this.sockets = sockets;
    this.upstream = upstream;
    this.answers = answers;
  }

  /** Calls {@code wake} once, when there are questions for {@link #hear}. */
  void whenAsked(Runnable wake) {
    sockets.datagrams().whenReadable(wake);
  }

  /** Answers a few questions and returns at once. */
  void hear() throws IOException {
    for (var count = 0; count < AT_ONCE; count++) {
      var packet = sockets.datagrams().receive(LARGEST_QUERY);
      if (packet.isEmpty()) {
        return;
      }
      onDatagram(packet.get().bytes(), packet.get().from());
    }
  }

  /** For an agent that comes after this one. */
  Descriptor descriptor() {
    return sockets.datagrams().descriptor();
  }

  private void onDatagram(byte[] query, InetSocketAddress from) throws IOException {
    var question = Question.parse(query, query.length);
    if (question.isEmpty()) {
      if (query.length >= Question.HEADER && (query[2] & 0x80) == 0) {
        send(Reply.unreadable(query), from);
      }
      return;
    }
    var asked = question.get();
    var known = answers.local(id, query, asked, asked.room()).or(() -> unaskable(query, asked));
    if (known.isPresent()) {
      send(known.get(), from);
    } else if (forwarded.tryAcquire()) {
      Thread.ofVirtual().name("names-" + id.abbreviated()).start(() -> forward(query, asked, from));
    } else {
      send(Reply.code(query, asked, Reply.SERVER_FAILURE), from);
    }
  }

  /** Nobody to ask: a bare name could only have been a neighbour's, others may well exist. */
  private Optional<byte[]> unaskable(byte[] query, Question question) {
    if (!upstream.servers().isEmpty()) {
      return Optional.empty();
    }
    var bare = question.name().indexOf('.') < 0;
    return Optional.of(Reply.code(query, question, bare ? Reply.NAME_ERROR : Reply.SERVER_FAILURE));
  }

  private void forward(byte[] query, Question question, InetSocketAddress from) {
    try {
      var answer = elsewhere(query, question, false);
      send(answer.length > question.room() ? Reply.truncated(query, question) : answer, from);
    } catch (IOException closed) {
      LOG.debug("container {} is gone before its answer", id.abbreviated());
    } finally {
      forwarded.release();
    }
  }

  private byte[] elsewhere(byte[] query, Question question, boolean stream) {
    return upstream
        .ask(query, question, stream)
        .orElseGet(() -> Reply.code(query, question, Reply.SERVER_FAILURE));
  }

  private void send(byte[] answer, InetSocketAddress to) throws IOException {
    sockets.datagrams().send(answer, to);
  }

  /** Questions one after another over a connection (RFC 7766), until it is idle. */
  void converse(SocketChannel connection) throws IOException {
    if (!conversations.tryAcquire()) {
      connection.close();
      return;
    }
    Thread.ofVirtual().name("names-" + id.abbreviated()).start(() -> conversation(connection));
  }

  private void conversation(SocketChannel connection) {
    try (connection) {
      connection.configureBlocking(true);
      var socket = connection.socket();
      socket.setSoTimeout(IDLE_MILLIS);
      var in = new DataInputStream(socket.getInputStream());
      for (var count = 0; count < MOST_QUESTIONS; count++) {
        var length = in.readUnsignedShort();
        if (length < Question.HEADER || length > LARGEST_QUERY) {
          return;
        }
        var query = new byte[length];
        in.readFully(query);
        var question = Question.parse(query, length);
        var answer =
            question.isEmpty()
                ? Reply.unreadable(query)
                : answers
                    .local(id, query, question.get(), LARGEST_ANSWER)
                    .or(() -> unaskable(query, question.get()))
                    .orElseGet(() -> elsewhere(query, question.get(), true));
        socket
            .getOutputStream()
            .write(
                ByteBuffer.allocate(2 + answer.length)
                    .putShort((short) answer.length)
                    .put(answer)
                    .array());
      }
    } catch (IOException over) {
      // Idle, cut off, or closed by the other end: a conversation may end in each of these ways.
    } finally {
      conversations.release();
    }
  }

  void close() {
    try {
      sockets.close();
    } catch (IOException e) {
      LOG.warn("cannot close the name sockets of container {}", id.abbreviated(), e);
    }
  }
}
