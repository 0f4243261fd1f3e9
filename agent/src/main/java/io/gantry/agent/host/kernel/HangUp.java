package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells when the other end of a unix socket is gone altogether. Java sees the end of its output
 * only, which a client may close while it goes on reading.
 *
 * <p>Java keeps a channel's descriptor to itself, so it is found by a mark: the linger time, an
 * option that means nothing to a unix socket and that both sides of the descriptor can see.
 */
public final class HangUp implements AutoCloseable {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int SOL_SOCKET = 1;
  private static final int SO_LINGER = 13;
  private static final int SO_DOMAIN = 39;
  private static final int AF_UNIX = 1;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int MARKS = 60_000;
  private static final AtomicInteger NEXT_MARK = new AtomicInteger();

  private final Descriptor descriptor;
  private final Poller.Watched watched;

  private HangUp(Descriptor descriptor, Runnable gone) {
    this.descriptor = descriptor;
    this.watched = Poller.shared().watch(descriptor.number());
    watched.hungUp().thenRun(gone);
  }

  /**
   * Empty: the channel is closed, or not one of a unix socket.
   *
   * @param gone called at most once, on the poller's thread, unless this is closed before
   */
  public static Optional<HangUp> of(SocketChannel channel, Runnable gone) throws IOException {
    var mark = 1 + Math.floorMod(NEXT_MARK.getAndIncrement(), MARKS);
    channel.setOption(StandardSocketOptions.SO_LINGER, mark);
    try {
      return marked(mark).map(descriptor -> new HangUp(descriptor, gone));
    } finally {
      channel.setOption(StandardSocketOptions.SO_LINGER, -1);
    }
  }

  private static Optional<Descriptor> marked(int mark) throws IOException {
    List<Integer> open;
    try (var names = Files.list(DESCRIPTORS)) {
      open = names.map(name -> Integer.parseInt(name.getFileName().toString())).toList();
    }
    for (var number : open) {
      if (hasMark(number, mark)) {
        var copy = new Descriptor(Native.call(Call.FCNTL, number, F_DUPFD_CLOEXEC, 0));
        if (hasMark(copy.number(), mark)) {
          return Optional.of(copy);
        }
        copy.close(); // the number has become another's in between
      }
    }
    return Optional.empty();
  }

  private static boolean hasMark(int number, int mark) {
    try (var memory = new Strings()) {
      var value = memory.block(2 * JAVA_INT.byteSize());
      var size = memory.block(JAVA_INT.byteSize());
      size.set(JAVA_INT, 0, (int) JAVA_INT.byteSize());
      var domain =
          Native.call(
              Call.GETSOCKOPT, number, SOL_SOCKET, SO_DOMAIN, value.address(), size.address());
      if (domain < 0 || value.get(JAVA_INT, 0) != AF_UNIX) {
        return false;
      }
      size.set(JAVA_INT, 0, (int) value.byteSize());
      var linger =
          Native.call(
              Call.GETSOCKOPT, number, SOL_SOCKET, SO_LINGER, value.address(), size.address());
      return linger >= 0
          && value.get(JAVA_INT, 0) != 0
          && value.get(JAVA_INT, JAVA_INT.byteSize()) == mark;
    }
  }

  @Override
  public void close() {
    watched.close();
    descriptor.close();
  }
}
