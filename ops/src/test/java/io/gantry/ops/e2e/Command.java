package io.gantry.ops.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end and must come to one within minutes. */
final class Command {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private Command() {}

  /** What a program left. */
  record Result(int exit, String out, String err) {
    /** Its output, if it succeeded. */
    String succeeded() {
      if (exit != 0) {
        throw new AssertionError("exit code %d, stdout: %s, stderr: %s".formatted(exit, out, err));
      }
      return out;
    }
  }

  static Result run(List<String> words) {
    return run(words, "");
  }

  static Result run(List<String> words, String input) {
    try {
      return finished(words, new ProcessBuilder(words).start(), input);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static Result finished(List<String> words, Process process, String input) throws IOException {
    var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
    var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // It ended without reading all of its input, which is its right.
    }
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end within %s, stdout: %s".formatted(words, LIMIT, out.getNow("(open)")));
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      throw new AssertionError("interrupted while running " + words, interrupted);
    }
    return new Result(process.exitValue(), out.join(), err.join());
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
