package io.gantry.agent.container;

import java.util.Locale;
import java.util.concurrent.CompletionException;

/** What a failure of the host means to the one who asked. */
final class Failures {
  private Failures() {}

  static String message(Throwable failure) {
    var cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** Docker's exit codes of a process that could not be started. */
  static int exitCode(String message) {
    var text = message.toLowerCase(Locale.ROOT);
    if (text.contains("executable file not found")
        || text.contains("no such file or directory")
        || text.contains("system cannot find the file specified")) {
      return 127;
    }
    if (text.contains("permission denied")
        || text.contains("is a directory")
        || text.contains("exec format error")) {
      return 126;
    }
    return 128;
  }
}
