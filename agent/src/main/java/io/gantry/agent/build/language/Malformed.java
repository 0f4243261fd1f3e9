package io.gantry.agent.build.language;

/** What is wrong with an instruction or a word, before it is known in which line. */
public final class Malformed extends Exception {
  private static final long serialVersionUID = 1;

  public Malformed(String reason) {
    super(reason);
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
