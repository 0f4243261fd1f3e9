package io.gantry.agent.network.dns;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.NameSockets;
import io.gantry.agent.host.kernel.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  private final Answers answers;
  private final Selector selector;
  private final Map<ContainerId, Served> served = new ConcurrentHashMap<>();
  private final Queue<Served> asked = new ConcurrentLinkedQueue<>();

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
    sockets.connections().register(selector, SelectionKey.OP_ACCEPT, container);
    selector.wakeup();
    await(container);
  }

  private void await(Served container) {
    container.whenAsked(
        () -> {
          asked.add(container);
          selector.wakeup();
        });
  }

  /** What its questions wait in: whoever keeps it open keeps them for the next agent. */
  public Optional<Descriptor> descriptor(ContainerId id) {
    return Optional.ofNullable(served.get(id)).map(Served::descriptor);
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
    while (selector.isOpen()) {
      try {
        selector.select(NameServer::accept);
        for (var next = asked.poll(); next != null; next = asked.poll()) {
          hear(next);
        }
      } catch (ClosedSelectorException closed) {
        return;
      } catch (IOException | RuntimeException failed) {
        LOG.warn("hearing questions for names failed", failed);
      }
    }
  }

  private static void accept(SelectionKey key) {
    try {
      var connection = ((ServerSocketChannel) key.channel()).accept();
      if (connection != null) {
        ((Served) key.attachment()).converse(connection);
      }
    } catch (IOException | CancelledKeyException closed) {
      // The container is being stopped; its resolver asks nobody any more.
    }
  }

  /** A few, then the next container's turn. */
  private void hear(Served container) {
    try {
      container.hear();
    } catch (ClosedChannelException closed) {
      return; // the container is being stopped
    } catch (IOException failed) {
      LOG.debug("a question for a name could not be heard or answered", failed);
    }
    await(container);
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
