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

  private StartErrors() {}

  static ErrorKind kind(StartFailed failed) {
    return switch (failed.exitCode()) {
      case 126, 127 -> ErrorKind.INVALID;
      default ->
          NO_NETWORK.matcher(failed.message()).matches() ? ErrorKind.NOT_FOUND : ErrorKind.INTERNAL;
    };
  }
}
