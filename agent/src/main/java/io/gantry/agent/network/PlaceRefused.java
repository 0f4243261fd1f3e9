package io.gantry.agent.network;

import io.gantry.protocol.ErrorKind;
import java.io.IOException;

/** Why there is no place for a container on a network, and whose fault that is. */
public final class PlaceRefused extends IOException {
  private static final long serialVersionUID = 1;

  private final ErrorKind kind;

  PlaceRefused(ErrorKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ErrorKind kind() {
    return kind;
  }
}
