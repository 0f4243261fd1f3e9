package io.gantry.agent.host.links;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetlinkSocket;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import io.gantry.agent.host.netlink.Conversation;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    var created =
        NetworkNamespaces.create(
            () -> {
              var inside = Conversation.of(NetlinkSocket.open(NetlinkSocket.ROUTE));
              try {
                Devices.loopbackUp(inside);
                return inside;
              } catch (IOException | RuntimeException failed) {
                inside.close();
                throw failed;
              }
            });
    return new Ready(created.namespace(), created.furnished());
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
