package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file descriptor with one owner. Always close-on-exec: a program that {@link Spawn} starts
 * gets only what it is given. Closing twice is harmless; use after closing is a bug and says so.
 */
public final class Descriptor implements AutoCloseable {
  private static final int CLOSED = -1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;
  private static final int AT_FDCWD = -100;

  private final AtomicInteger number;

  Descriptor(long number) {
    this.number = new AtomicInteger((int) number);
  }

  /** {@code flags} as of open(2); O_CLOEXEC is added. */
  public static Descriptor open(Path path, int flags) throws IOException {
    try (var strings = new Strings()) {
      var result =
          Native.call(Call.OPENAT, AT_FDCWD, strings.at(path.toString()), flags | O_CLOEXEC, 0);
      return new Descriptor(SystemCallFailed.check(result, Call.OPENAT, path));
    }
  }

  /** A directory to resolve beneath; needs no permission to read it. */
  public static Descriptor directory(Path path) throws IOException {
    return open(path, O_PATH | Architecture.O_DIRECTORY);
  }

  public int number() {
    var open = number.get();
    if (open == CLOSED) {
      throw new IllegalStateException("descriptor is closed");
    }
    return open;
  }

  /** A name of the open file for calls that take a path. Valid while this is open. */
  public Path path() {
    return Path.of("/proc/self/fd/" + number());
  }

  /** A name of the open file for other processes of this user. Valid while this is open. */
  public Path pathForOthers() {
    return Path.of("/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), number()));
  }

  @Override
  public void close() {
    var open = number.getAndSet(CLOSED);
    if (open != CLOSED) {
      // The only errors are those of writing back, and they were the writer's to sync for.
      Native.call(Call.CLOSE, open);
    }
  }
}
