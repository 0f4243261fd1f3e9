package io.gantry.agent.host.links;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetlinkSocket;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Network namespaces made in advance, because making one is half the time of connecting a
 * container. They have no name in the file system, so they end with the agent, however it ends.
 */
final class NamespacePool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NamespacePool.class);

  private final BlockingQueue<Ready> ready;
  private final ThreadPoolExecutor refill;

  /** {@code inside} talks to the kernel in this namespace; to open another costs a thread. */
  record Ready(Descriptor namespace, Conversation inside) implements AutoCloseable {
    @Override
    public void close() {
      namespace.close();
      inside.close();
    }
  }

  NamespacePool(int size) {
    ready = new ArrayBlockingQueue<>(Math.max(size, 1));
    refill =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(1),
            Thread.ofPlatform().daemon().name("netns-pool").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    if (size > 0) {
      refill.execute(this::fill);
    }
  }

  /** The caller closes it. Never waits for others: an empty pool means to make one here. */
  Ready take() throws IOException {
    var taken = ready.poll();
    refill.execute(this::fill);
    return taken == null ? make() : taken;
  }

  private static Ready make() throws IOException {
    var inside = new AtomicReference<Conversation>();
    try {
      var namespace =
          NetworkNamespaces.create(
              () -> {
                inside.set(Conversation.of(NetlinkSocket.open(NetlinkSocket.ROUTE)));
                Devices.loopbackUp(inside.get());
                return true;
              });
      return new Ready(namespace, inside.get());
    } catch (IOException | RuntimeException failed) {
      var opened = inside.get();
      if (opened != null) {
        opened.close();
      }
      throw failed;
    }
  }

  private void fill() {
    try {
      while (ready.remainingCapacity() > 0 && !refill.isShutdown()) {
        var made = make();
        if (!ready.offer(made)) {
          made.close();
        }
      }
    } catch (IOException failed) {
      LOG.warn("cannot make network namespaces in advance: {}", failed.getMessage());
    }
    if (refill.isShutdown()) {
      drain();
    }
  }

  private void drain() {
    for (var left = ready.poll(); left != null; left = ready.poll()) {
      left.close();
    }
  }

  @Override
  public void close() {
    refill.shutdown();
    drain();
  }
}
