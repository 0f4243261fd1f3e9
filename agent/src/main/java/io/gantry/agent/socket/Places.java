package io.gantry.agent.socket;

import akka.util.ByteString;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many connections one address may have at once, so that clients cannot take the descriptors
 * that containers need. A place is held from the accept to the connection's close.
 */
final class Places {
  /** Each takes 20 KB of the agent's heap, which is 160 MB. */
  private static final int MOST = 4096;

  private static final int SHARE_OF_DESCRIPTORS = 4;

  private final int count;
  private final Semaphore free;

  /** In the order in which they came. */
  private final Map<Connection, Boolean> silent =
      Collections.synchronizedMap(new LinkedHashMap<>());

  Places() {
    this(Math.min(MOST, descriptors() / SHARE_OF_DESCRIPTORS));
  }

  Places(int count) {
    this.count = count;
    this.free = new Semaphore(count);
  }

  int count() {
    return count;
  }

  /**
   * False when all are taken. Before that, whoever has connected and said nothing yet has to go:
   * the one that has been silent longest.
   */
  boolean take() {
    while (!free.tryAcquire()) {
      var longest = longestSilent();
      if (longest.isEmpty()) {
        return false;
      }
      longest.get().close();
    }
    return true;
  }

  private Optional<Connection> longestSilent() {
    synchronized (silent) {
      return silent.keySet().stream().findFirst();
    }
  }

  void giveBack() {
    free.release();
  }

  /** Gives the place back when it closes. */
  Connection holding(Connection connection) {
    var placed = new Placed(connection);
    silent.put(placed, true);
    return placed;
  }

  private static int descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? (int) Math.min(unix.getMaxFileDescriptorCount(), Integer.MAX_VALUE)
        : MOST;
  }

  private final class Placed implements Connection {
    private final Connection connection;
    private final AtomicBoolean closed = new AtomicBoolean();

    Placed(Connection connection) {
      this.connection = connection;
    }

    @Override
    public String principal() {
      return connection.principal();
    }

    @Override
    public ByteString read() throws IOException {
      var bytes = connection.read();
      silent.remove(this);
      return bytes;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      var count = connection.read(target);
      silent.remove(this);
      return count;
    }

    @Override
    public void whenGone(Runnable gone) throws IOException {
      connection.whenGone(gone);
    }

    @Override
    public void write(ByteString bytes) throws IOException {
      connection.write(bytes);
    }

    @Override
    public void endOutput() throws IOException {
      connection.endOutput();
    }

    @Override
    public void close() {
      silent.remove(this);
      connection.close();
      if (closed.compareAndSet(false, true)) {
        giveBack();
      }
    }
  }
}
