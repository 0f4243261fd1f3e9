package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;

/**
 * Two ends of a pipe. Give one to a program ({@link Spawn}), close it here, and wrap the other into
 * a {@link PolledChannel}.
 */
public record Pipe(Descriptor source, Descriptor sink) implements AutoCloseable {
  private static final int O_CLOEXEC = 0x80000;

  public static Pipe open() throws IOException {
    try (var memory = new Strings()) {
      var ends = memory.block(2L * JAVA_INT.byteSize());
      var result = Native.call(Call.PIPE2, ends.address(), O_CLOEXEC);
      SystemCallFailed.check(result, Call.PIPE2, "for a program's stdio");
      return new Pipe(
          new Descriptor(ends.getAtIndex(JAVA_INT, 0)),
          new Descriptor(ends.getAtIndex(JAVA_INT, 1)));
    }
  }

  /** Closes what is still open of both ends. */
  @Override
  public void close() {
    source.close();
    sink.close();
  }
}
