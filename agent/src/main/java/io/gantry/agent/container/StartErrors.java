package io.gantry.agent.container;

import io.gantry.persistence.event.ContainerEvent.StartFailed;
import io.gantry.protocol.ErrorKind;
import java.util.regex.Pattern;

/**
 * Which of Docker's statuses a failed start has: a command that cannot be run is the caller's
 * mistake, and so is a network that is not there.
 */
final class StartErrors {
  private static final Pattern NO_NETWORK = Pattern.compile("network \\S+ not found");

  private static final Pattern FULL =
      Pattern.compile("network \\S+ is full: .*|no available IPv[46] addresses on .*");

  private StartErrors() {}

  static ErrorKind kind(StartFailed failed) {
    return switch (failed.exitCode()) {
      case 126, 127 -> ErrorKind.INVALID;
      default -> kind(failed.message());
    };
  }

  private static ErrorKind kind(String message) {
    if (NO_NETWORK.matcher(message).matches()) {
      return ErrorKind.NOT_FOUND;
    }
    if (message.equals("Address already in use")) {
      return ErrorKind.FORBIDDEN;
    }
    return FULL.matcher(message).matches() ? ErrorKind.EXHAUSTED : ErrorKind.INTERNAL;
  }
}
