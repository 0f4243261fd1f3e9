package io.gantry.agent.host.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * A small program run to its end with a text as input; its output and its complaints are one text.
 * It is killed when it takes longer than its deadline or says more than sixteen mebibytes.
 */
public final class Program {
  static final int KILL = 9;
  private static final int STEP = 16 * 1024;
  private static final int MOST_OUTPUT = 16 << 20;

  private Program() {}

  public record Result(int exitCode, String output) {}

  public static Result run(List<String> command, String input, Duration deadline)
      throws IOException {
    var end = System.nanoTime() + deadline.toNanos();
    try (var in = Pipe.open();
        var out = Pipe.open()) {
      var child =
          Spawn.of(command)
              .environment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C"))
              .give(0, in.source())
              .give(1, out.sink())
              .give(2, out.sink())
              .start();
      in.source().close();
      out.sink().close();
      try {
        feed(in, input);
        var output = drain(out, end, command.getFirst());
        return new Result(child.exit().toCompletableFuture().get(), output);
      } catch (ExecutionException failed) {
        throw Blocking.rethrown(failed);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while " + command.getFirst() + " ran");
      } finally {
        child.signal(KILL);
      }
    }
  }

  private static void feed(Pipe in, String input) throws IOException {
    try (var channel = new PolledChannel(in.sink())) {
      channel.write(ByteBuffer.wrap(input.getBytes(StandardCharsets.UTF_8)));
    } catch (SystemCallFailed failed) {
      // It ended without reading everything; its exit code and words say why.
      if (failed.errno() != Errno.EPIPE) {
        throw failed;
      }
    }
  }

  private static String drain(Pipe out, long end, String name) throws IOException {
    var text = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(STEP);
    try (var channel = new PolledChannel(out.source())) {
      while (true) {
        var left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        if (channel.read(buffer.clear(), left) < 0) {
          return text.toString(StandardCharsets.UTF_8);
        }
        text.write(buffer.array(), 0, buffer.position());
        if (text.size() > MOST_OUTPUT) {
          throw new IOException(name + " says more than is ever expected of it");
        }
      }
    } catch (InterruptedByTimeoutException late) {
      throw new IOException(name + " did not end by its deadline and was killed");
    }
  }
}
