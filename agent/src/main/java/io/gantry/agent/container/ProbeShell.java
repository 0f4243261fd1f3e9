package io.gantry.agent.container;

import io.gantry.agent.container.Sandbox.ProbeResult;
import io.gantry.agent.host.Monitor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A shell that stays in a container and runs its probe each time it is told to. A probe then costs
 * a fork in the container instead of an entry into it, and is confined exactly like any other
 * process there, for the runtime itself put the shell in. It ends with its input, so it does not
 * outlive the agent, and with the container.
 */
final class ProbeShell {
  /** Each line of input names a run; after its output the name comes back, with the exit code. */
  private static final String LOOP =
      "while read -r n; do (exec \"$@\") </dev/null 2>&1; c=$?; echo; echo \"$n $c\"; done";

  private final Monitor.Console console;
  private final Runnable atEnd;
  private @Nullable Attempt current;
  private boolean ended;

  /** One probe: its output so far, until its name comes back. */
  private record Attempt(String name, ProbeOutput output, CompletableFuture<ProbeResult> result) {}

  private ProbeShell(Monitor.Console console, Runnable atEnd) {
    this.console = console;
    this.atEnd = atEnd;
  }

  /** The command that becomes the shell; {@code probe} is what it runs. */
  static List<String> command(List<String> probe) {
    var words = new java.util.ArrayList<>(List.of("/bin/sh", "-c", LOOP, "sh"));
    words.addAll(probe);
    return List.copyOf(words);
  }

  /** {@code atEnd} runs once the shell is gone, whoever ended it. */
  static ProbeShell over(Monitor.Console console, Runnable atEnd) {
    var shell = new ProbeShell(console, atEnd);
    Thread.ofVirtual().name("probe-shell").start(shell::read);
    return shell;
  }

  /**
   * Runs the probe once. Fails when the shell is gone. When the probe does not end in time, a
   * {@link TimeoutException} has what it wrote as its message, and the shell is of no more use.
   */
  ProbeResult run(String name, Duration within, int limit)
      throws IOException, InterruptedException, TimeoutException {
    var attempt = new Attempt(name, new ProbeOutput(name, limit), new CompletableFuture<>());
    synchronized (this) {
      if (ended) {
        throw new IOException("the shell of the health check has ended");
      }
      current = attempt;
    }
    var line = (name + "\n").getBytes(StandardCharsets.US_ASCII);
    console.write(line, 0, line.length);
    try {
      return attempt.result().get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException gone) {
      throw new IOException(gone.getCause());
    } catch (TimeoutException late) {
      throw new TimeoutException(textOf(attempt));
    } finally {
      synchronized (this) {
        current = null;
      }
    }
  }

  private synchronized String textOf(Attempt attempt) {
    return attempt.output().text();
  }

  void close() {
    console.close();
  }

  private void read() {
    try {
      for (var chunk = console.read(); chunk.isPresent(); chunk = console.read()) {
        accept(chunk.get().bytes());
      }
    } catch (IOException closed) {
      // Given up after a probe that did not end.
    }
    synchronized (this) {
      ended = true;
      if (current != null) {
        current
            .result()
            .completeExceptionally(new IOException("the container ended during its health check"));
      }
    }
    console.close();
    atEnd.run();
  }

  /**
   * What nobody waits for, such as the output of a process that a probe left behind, is dropped.
   */
  private synchronized void accept(byte[] bytes) {
    var attempt = current;
    if (attempt != null) {
      attempt.output().add(bytes);
      attempt
          .output()
          .exitCode()
          .ifPresent(
              code -> attempt.result().complete(new ProbeResult(code, attempt.output().text())));
    }
  }
}
