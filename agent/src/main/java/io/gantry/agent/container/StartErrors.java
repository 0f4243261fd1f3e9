package io.gantry.agent.container;

import io.gantry.persistence.event.ContainerEvent.StartFailed;
import io.gantry.protocol.ErrorKind;

/**
 * Which of Docker's statuses a failed start has: a command that cannot be run is the caller's
 * mistake.
 */
final class StartErrors {
  private StartErrors() {}

  static ErrorKind kind(StartFailed failed) {
    return switch (failed.exitCode()) {
      case 126, 127 -> ErrorKind.INVALID;
      default -> ErrorKind.INTERNAL;
    };
  }
}
