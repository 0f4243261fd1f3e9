package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousCloseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One epoll set and one platform thread that wait for every descriptor of the agent. What depends
 * on its futures runs on that thread, so it may only wake others up.
 */
final class Poller {
  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int CTL_MOD = 3;
  private static final int IN = 0x1;
  private static final int OUT = 0x4;
  private static final int ERR_OR_HUP = 0x18;
  private static final int ONESHOT = 0x40000000;
  private static final int CLOEXEC = 0x80000;
  private static final int BATCH = 64;

  private final long epoll;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, Watched> watched = new ConcurrentHashMap<>();

  private static final class Shared {
    static final Poller POLLER = new Poller();
  }

  /** The agent's; started with its first use and never closed. */
  static Poller shared() {
    return Shared.POLLER;
  }

  private Poller() {
    epoll = Native.call(Call.EPOLL_CREATE1, CLOEXEC);
    if (epoll < 0) {
      throw new IllegalStateException("epoll_create1: " + Errno.text((int) -epoll));
    }
    Thread.ofPlatform().daemon().name("poller").start(this::loop);
  }

  /** {@code fd} must be taken away ({@link Watched#close}) before it is closed. */
  Watched watch(int fd) {
    var entry = new Watched(ids.incrementAndGet(), fd);
    watched.put(entry.id, entry);
    return entry;
  }

  int size() {
    return watched.size();
  }

  private void loop() {
    var events = Arena.global().allocate((long) BATCH * Architecture.EPOLL_EVENT_SIZE, 8);
    while (true) {
      var count = Native.call(Call.EPOLL_PWAIT, epoll, events.address(), BATCH, -1, 0, 0);
      for (var i = 0L; i < count; i++) {
        var at = i * Architecture.EPOLL_EVENT_SIZE;
        var mask = events.get(JAVA_INT_UNALIGNED, at);
        var entry =
            watched.get(events.get(JAVA_LONG_UNALIGNED, at + Architecture.EPOLL_DATA_OFFSET));
        if (entry != null) {
          entry.happened(mask);
        }
      }
    }
  }

  /** One descriptor in the set. Readable and writable may be awaited at the same time. */
  final class Watched {
    private final long id;
    private final int fd;
    private @Nullable CompletableFuture<Void> readable;
    private @Nullable CompletableFuture<Void> writable;
    private @Nullable CompletableFuture<Void> hungUp;
    private boolean added;
    private boolean closed;

    private Watched(long id, int fd) {
      this.id = id;
      this.fd = fd;
    }

    /** Completes when a read would not block, which includes the end and errors. */
    synchronized CompletableFuture<Void> readable() {
      if (closed) {
        return CompletableFuture.failedFuture(new AsynchronousCloseException());
      }
      var waiting = readable;
      if (waiting == null) {
        waiting = new CompletableFuture<>();
        readable = waiting;
        arm();
      }
      return waiting;
    }

    synchronized CompletableFuture<Void> writable() {
      if (closed) {
        return CompletableFuture.failedFuture(new AsynchronousCloseException());
      }
      var waiting = writable;
      if (waiting == null) {
        waiting = new CompletableFuture<>();
        writable = waiting;
        arm();
      }
      return waiting;
    }

    /** Completes when the other end is gone, or in error, whatever there is to read. */
    synchronized CompletableFuture<Void> hungUp() {
      if (closed) {
        return CompletableFuture.failedFuture(new AsynchronousCloseException());
      }
      var waiting = hungUp;
      if (waiting == null) {
        waiting = new CompletableFuture<>();
        hungUp = waiting;
        arm();
      }
      return waiting;
    }

    /** Whoever waits fails. */
    void close() {
      var waiting = new ArrayList<CompletableFuture<Void>>(3);
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
        watched.remove(id);
        if (added) {
          Native.call(Call.EPOLL_CTL, epoll, CTL_DEL, fd, 0);
        }
        take(waiting, IN | OUT | ERR_OR_HUP);
      }
      waiting.forEach(future -> future.completeExceptionally(new AsynchronousCloseException()));
    }

    private void happened(int mask) {
      var woken = new ArrayList<CompletableFuture<Void>>(3);
      synchronized (this) {
        if (closed) {
          return;
        }
        take(woken, (mask & ERR_OR_HUP) != 0 ? IN | OUT | ERR_OR_HUP : mask);
        if (readable != null || writable != null || hungUp != null) {
          arm();
        }
      }
      woken.forEach(future -> future.complete(null));
    }

    private void take(List<CompletableFuture<Void>> into, int mask) {
      var in = readable;
      if (in != null && (mask & IN) != 0) {
        into.add(in);
        readable = null;
      }
      var out = writable;
      if (out != null && (mask & OUT) != 0) {
        into.add(out);
        writable = null;
      }
      var ended = hungUp;
      if (ended != null && (mask & ERR_OR_HUP) != 0) {
        into.add(ended);
        hungUp = null;
      }
    }

    private void arm() {
      var mask = ONESHOT | (readable != null ? IN : 0) | (writable != null ? OUT : 0);
      try (var arena = Arena.ofConfined()) {
        var event = arena.allocate(Architecture.EPOLL_EVENT_SIZE, 8);
        event.set(JAVA_INT_UNALIGNED, 0, mask);
        event.set(JAVA_LONG_UNALIGNED, Architecture.EPOLL_DATA_OFFSET, id);
        var result =
            Native.call(Call.EPOLL_CTL, epoll, added ? CTL_MOD : CTL_ADD, fd, event.address());
        if (result < 0) {
          throw new IllegalStateException(
              "epoll_ctl on descriptor " + fd + ": " + Errno.text((int) -result));
        }
        added = true;
      }
    }
  }
}
