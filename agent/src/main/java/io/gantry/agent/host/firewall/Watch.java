package io.gantry.agent.host.firewall;

import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.NetlinkSocket;
import io.gantry.agent.host.kernel.SystemCallFailed;
import io.gantry.agent.host.netlink.Answer;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the kernel when something of one table was taken away, by whomever: reloading a
 * firewall often means to empty all of it. Belongs to the network namespace it was made in.
 */
final class Watch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final int CHANGES_OF_TABLES = 7;
  private static final int NFTABLES = 10;
  private static final Set<Integer> REMOVALS =
      Set.of(NFTABLES << 8 | 2, NFTABLES << 8 | 5, NFTABLES << 8 | 8);
  private static final int TABLE_NAME = 1;
  private static final int FIXED = 4;

  /** Between two looks: a reload may take away many things, one after the other. */
  private static final long PAUSE_NANOS = 50_000_000;

  private final String table;
  private final Runnable changed;
  private final NetlinkSocket socket;
  private volatile boolean closed;

  private Watch(String table, Runnable changed, NetlinkSocket socket) {
    this.table = table;
    this.changed = changed;
    this.socket = socket;
  }

  static Watch start(String table, Runnable changed) throws IOException {
    var socket = NetlinkSocket.listen(NetlinkSocket.NETFILTER, CHANGES_OF_TABLES);
    var watch = new Watch(table, changed, socket);
    Thread.ofPlatform().daemon().name("firewall-watch").start(watch::listen);
    return watch;
  }

  private void listen() {
    try (socket) {
      while (!closed) {
        if (heard()) {
          changed.run(); // at once: until then nothing keeps networks apart
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    } catch (IOException failed) {
      LOG.warn("the firewall is not watched any more: {}", failed.getMessage());
    }
  }

  private boolean heard() throws IOException {
    try {
      return Answer.parse(socket.receive()).stream().anyMatch(this::takesAway);
    } catch (SystemCallFailed failed) {
      if (failed.errno() == Errno.EAGAIN) {
        return false; // nothing for a while
      }
      if (failed.errno() == Errno.ENOBUFS) {
        return true; // more than could be kept: ours may have been among it
      }
      throw failed;
    }
  }

  private boolean takesAway(Answer change) {
    var name = change.attributes(FIXED).get(TABLE_NAME);
    return REMOVALS.contains(change.type()) && name != null && Answer.text(name).equals(table);
  }

  /** The thread ends within its socket's patience. */
  @Override
  public void close() {
    closed = true;
  }
}
