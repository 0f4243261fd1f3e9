package io.gantry.agent.docker;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;

/**
 * A request that cannot be translated, on its way to the client. Thrown by readers of requests, and
 * turned into an answer in one place ({@link Router}).
 */
public final class Refusal extends RuntimeException {
  private final transient ErrorKind kind;

  public Refusal(ErrorKind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public static Refusal invalid(String message) {
    return new Refusal(ErrorKind.INVALID, message);
  }

  static Refusal of(Outcome.Refused<?> refused) {
    return new Refusal(refused.kind(), refused.message());
  }

  public ErrorKind kind() {
    return kind;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
