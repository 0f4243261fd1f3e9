package io.gantry.agent.build;

/** A build that cannot go on, in Docker's words. */
final class BuildFailed extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;

  /** {@code code}: exit code of the step's process; 0: it was none that failed. */
  BuildFailed(int code, String message) {
    super(message);
    this.code = code;
  }

  BuildFailed(String message) {
    this(0, message);
  }

  int code() {
    return code;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}
