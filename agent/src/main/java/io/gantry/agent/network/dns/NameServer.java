package io.gantry.agent.network.dns;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.NameSockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the questions of all containers. One thread hears them and answers what the {@link
 * NameBook} knows; what has to be asked elsewhere waits on a virtual thread, at most {@link
 * Served#MOST_FORWARDED} of one container at a time.
 */
public final class NameServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);
  private static final int LARGEST_QUERY = 4096;
  private static final int AT_ONCE = 64;

  private final Answers answers;
  private final Selector selector;
  private final Map<ContainerId, Served> served = new ConcurrentHashMap<>();

  /** What a socket of the selector is for. */
  private record Door(Served container, boolean stream) {}

  public NameServer(NameBook book, RandomGenerator random) {
    this.answers = new Answers(book, random);
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen for questions for names", e);
    }
    Thread.ofPlatform().daemon().name("names").start(this::listen);
  }

  public boolean serves(ContainerId id) {
    return served.containsKey(id);
  }

  /** From now on; sockets it had before are closed. */
  public void serve(ContainerId id, NameSockets.Pair sockets, Upstream upstream)
      throws IOException {
    var container = new Served(id, sockets, upstream, answers);
    var before = served.put(id, container);
    if (before != null) {
      before.close();
    }
    sockets.datagrams().register(selector, SelectionKey.OP_READ, new Door(container, false));
    sockets.connections().register(selector, SelectionKey.OP_ACCEPT, new Door(container, true));
    selector.wakeup();
  }

  /** Its sockets close, so that its network namespace may go. */
  public void stop(ContainerId id) {
    var container = served.remove(id);
    if (container != null) {
      container.close();
      selector.wakeup();
    }
  }

  public Set<ContainerId> containers() {
    return Set.copyOf(served.keySet());
  }

  private void listen() {
    var buffer = ByteBuffer.allocate(LARGEST_QUERY);
    while (selector.isOpen()) {
      try {
        selector.select(key -> hear(key, buffer));
      } catch (ClosedSelectorException closed) {
        return;
      } catch (IOException | RuntimeException failed) {
        LOG.warn("hearing questions for names failed", failed);
      }
    }
  }

  private static void hear(SelectionKey key, ByteBuffer buffer) {
    var door = (Door) key.attachment();
    try {
      if (door.stream()) {
        var connection = ((ServerSocketChannel) key.channel()).accept();
        if (connection != null) {
          door.container().converse(connection);
        }
      } else {
        drain((DatagramChannel) key.channel(), door.container(), buffer);
      }
    } catch (IOException | CancelledKeyException closed) {
      // The container is being stopped; its resolver asks nobody any more.
    }
  }

  /** A few, then the next container's turn. */
  private static void drain(DatagramChannel channel, Served container, ByteBuffer buffer)
      throws IOException {
    for (var count = 0; count < AT_ONCE; count++) {
      SocketAddress from = channel.receive(buffer.clear());
      if (from == null) {
        return;
      }
      var query = new byte[buffer.flip().remaining()];
      buffer.get(query);
      container.onDatagram(query, from);
    }
  }

  @Override
  public void close() {
    containers().forEach(this::stop);
    try {
      selector.close();
    } catch (IOException e) {
      LOG.warn("cannot close the name server", e);
    }
  }
}
