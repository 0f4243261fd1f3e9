package io.gantry.agent.image;

import java.io.IOException;

/** What the client sent is no image, or one beyond a limit. Its fault; the host is well. */
public final class BadImage extends IOException {
  private static final long serialVersionUID = 1;

  public BadImage(String message) {
    super(message);
  }
}
