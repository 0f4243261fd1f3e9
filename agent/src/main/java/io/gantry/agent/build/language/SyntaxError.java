package io.gantry.agent.build.language;

/** A Dockerfile that cannot be understood: in which line, and why, in Docker's words. */
public final class SyntaxError extends Exception {
  private static final long serialVersionUID = 1;

  private final int firstLine;
  private final int lastLine;

  SyntaxError(int firstLine, int lastLine, String reason) {
    super("dockerfile parse error on line %d: %s".formatted(firstLine, reason));
    this.firstLine = firstLine;
    this.lastLine = lastLine;
  }

  /** Of the file as a whole. */
  SyntaxError(String message) {
    super(message);
    this.firstLine = 0;
    this.lastLine = 0;
  }

  /** From 1; 0 when it is no line's fault. */
  public int firstLine() {
    return firstLine;
  }

  public int lastLine() {
    return lastLine;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
