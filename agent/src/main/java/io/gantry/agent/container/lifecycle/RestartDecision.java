package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.RestartPolicy;
import java.time.Duration;

/** Docker's restart policies, with exponential backoff. */
final class RestartDecision {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final double SPREAD = 0.2;

  /** A run of this length is a success: the next backoff starts from the beginning. */
  static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

  private RestartDecision() {}

  /** After an exit that the user did not ask for. */
  static boolean restartsAfterExit(RestartPolicy policy, int exitCode, int restartCount) {
    return switch (policy.getName()) {
      case "always", "unless-stopped" -> true;
      case "on-failure" -> exitCode != 0 && belowBound(policy, restartCount);
      default -> false;
    };
  }

  /**
   * When the agent comes back and finds it stopped. Docker starts "always" even after a stop by
   * hand.
   */
  static boolean startsWithTheAgent(
      RestartPolicy policy, boolean userStopped, int exitCode, int restartCount) {
    return switch (policy.getName()) {
      case "always" -> true;
      case "unless-stopped", "on-failure" ->
          !userStopped && restartsAfterExit(policy, exitCode, restartCount);
      default -> false;
    };
  }

  private static boolean belowBound(RestartPolicy policy, int restartCount) {
    return policy.getMaximumRetryCount() == 0 || restartCount < policy.getMaximumRetryCount();
  }

  /** Doubled from one restart to the next, without the jitter. */
  static Duration next(Duration previous) {
    if (previous.isZero()) {
      return FIRST;
    }
    var doubled = previous.multipliedBy(2);
    return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }

  /**
   * Within a fifth around the delay, so that containers that fell together do not rise together.
   */
  static Duration spread(Duration delay, double jitter) {
    return Duration.ofNanos((long) (delay.toNanos() * (1 - SPREAD + 2 * SPREAD * jitter)));
  }
}
