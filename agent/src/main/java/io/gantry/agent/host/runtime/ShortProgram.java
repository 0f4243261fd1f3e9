package io.gantry.agent.host.runtime;

import io.gantry.agent.host.kernel.ChildProcess;
import io.gantry.agent.host.kernel.Pipe;
import io.gantry.agent.host.kernel.PolledChannel;
import io.gantry.agent.host.kernel.Signals;
import io.gantry.agent.host.kernel.Spawn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that does one thing and ends; it is killed at its deadline. */
final class ShortProgram {
  private static final int KILL = 9;
  private static final int LONGEST_OUTPUT = 256 * 1024;

  private ShortProgram() {}

  /** {@code output}: stdout and stderr as they came, at most 256 KiB. */
  record Result(int exitCode, String output) {}

  static Result run(List<String> command, Map<String, String> environment, Duration deadline)
      throws IOException {
    try (var pipe = Pipe.open()) {
      var end = System.nanoTime() + deadline.toNanos();
      var child =
          Spawn.of(command)
              .environment(environment)
              .give(1, pipe.sink())
              .give(2, pipe.sink())
              .inNewSession()
              .start();
      pipe.sink().close();
      try (var channel = new PolledChannel(pipe.source())) {
        var output = read(channel, end);
        return new Result(await(child, end), output);
      } catch (InterruptedByTimeoutException | TimeoutException late) {
        // With what it started itself.
        Signals.sendToGroup(child.pid(), KILL);
        throw new IOException(
            "%s did not end within %s: killed".formatted(String.join(" ", command), deadline));
      }
    }
  }

  private static String read(PolledChannel channel, long end) throws IOException {
    var output = new StringBuilder();
    var buffer = ByteBuffer.allocate(8192);
    while (channel.read(buffer.clear(), remaining(end)) >= 0) {
      buffer.flip();
      if (output.length() < LONGEST_OUTPUT) {
        output.append(StandardCharsets.UTF_8.decode(buffer));
      }
    }
    return output.toString();
  }

  private static int await(ChildProcess child, long end) throws IOException, TimeoutException {
    try {
      return child.exit().toCompletableFuture().get(remaining(end).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      child.signal(KILL);
      throw new IOException("interrupted while a program was under way", interrupted);
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    }
  }

  private static Duration remaining(long end) {
    return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
  }
}
