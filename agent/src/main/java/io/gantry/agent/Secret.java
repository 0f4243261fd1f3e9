package io.gantry.agent;

/** A password or token: known to who must send it, never to a log. */
public record Secret(String value) {
  public static final Secret NONE = new Secret("");

  public boolean isGiven() {
    return !value.isEmpty();
  }

  @Override
  public String toString() {
    return value.isEmpty() ? "" : "***";
  }
}
