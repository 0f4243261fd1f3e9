package io.gantry.agent.image.registry;

import java.io.IOException;

/**
 * A registry that cannot be asked or does not give what was asked for. The message is the one
 * Docker's users know.
 */
public final class RegistryFailure extends IOException {
  private static final long serialVersionUID = 1;

  /** What callers tell apart. */
  public enum Kind {
    MANIFEST_UNKNOWN,
    NAME_UNKNOWN,
    BLOB_UNKNOWN,
    /** The registry knows who asks and says no. */
    DENIED,
    /** It wants a name and a password, and there are none. */
    NO_CREDENTIALS,
    /** The registry does not know who asks. */
    UNAUTHORIZED,
    UNREACHABLE,
    /** A part of an upload does not begin where the registry is with it. */
    OUT_OF_PLACE,
    /** It may go better later: too many requests, an error of the server, a cut connection. */
    PASSING,
    OTHER
  }

  private final Kind kind;

  public RegistryFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  RegistryFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  boolean mayPass() {
    return kind == Kind.PASSING;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
