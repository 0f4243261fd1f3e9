package io.gantry.agent.tar;

import java.io.IOException;

/** Bytes that are no tar, or one beyond a limit. The sender's fault, never the host's. */
public final class TarException extends IOException {
  private static final long serialVersionUID = 1;

  public TarException(String message) {
    super(message);
  }
}
