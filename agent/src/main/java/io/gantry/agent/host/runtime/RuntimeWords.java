package io.gantry.agent.host.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What runtimes say when they refuse, in the one wording that Docker's clients know. */
final class RuntimeWords {
  private static final Pattern LOGGED = Pattern.compile("msg=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern CRUN_NOT_FOUND =
      Pattern.compile(
          "executable file `(.*)` not found in \\$PATH(?:: No such file or directory)?");
  private static final Pattern CRUN_NO_DIRECTORY =
      Pattern.compile("chdir (?:to )?`(.*)`: No such file or directory");
  private static final String CRUN_NOT_EXECUTABLE = "open executable: ";

  private RuntimeWords() {}

  /** Without the form of a log line. The last error is the one that matters. */
  static String plain(String output) {
    var logged = LOGGED.matcher(output);
    var last = "";
    while (logged.find()) {
      last = logged.group(1).replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\");
    }
    return last.isEmpty() ? output.strip() : last;
  }

  /**
   * @param operation "create" or "exec"
   * @param program first word of the command that was to run
   */
  static String refusal(String runtime, String operation, String output, String program) {
    var text = plain(output);
    var notFound = CRUN_NOT_FOUND.matcher(text);
    var noDirectory = CRUN_NO_DIRECTORY.matcher(text);
    if (notFound.find()) {
      var name = notFound.group(1);
      var reason =
          name.contains("/")
              ? "stat " + name + ": no such file or directory"
              : "executable file not found in $PATH";
      text =
          unable(runtime, operation)
              + notFound.replaceFirst(
                  Matcher.quoteReplacement("exec: \"" + name + "\": " + reason));
    } else if (noDirectory.find()) {
      text =
          unable(runtime, operation)
              + "chdir to cwd (\"%s\") set in config.json failed: no such file or directory"
                  .formatted(noDirectory.group(1));
    } else if (text.contains(CRUN_NOT_EXECUTABLE)) {
      text = unable(runtime, operation) + "exec: \"" + program + "\": permission denied";
    } else if (text.isEmpty()) {
      text = runtime + " " + operation + " failed without a word";
    } else if (!text.contains(operation + " failed")) {
      text = unable(runtime, operation) + text;
    }
    // The kind of error that containerd knows it as, which clients have come to expect.
    return "OCI runtime " + operation + " failed: " + text + ": unknown";
  }

  private static String unable(String runtime, String operation) {
    var who = operation.equals("exec") ? "exec" : runtime + " " + operation;
    return who + " failed: unable to start container process: ";
  }
}
