package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.ServiceRestart;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a replica that has ended is followed by another, and when. */
final class Restarts {
  private static final Duration USUAL_DELAY = Duration.ofSeconds(5);

  private Restarts() {}

  /** Empty: never. {@code ended}: when this controller saw that it had. */
  static Optional<Instant> next(
      ServiceSpec spec, ReplicaSlot slot, TaskState state, Instant ended) {
    var restart = spec.getRestart();
    var wanted =
        switch (restart.getCondition()) {
          case RESTART_CONDITION_NONE -> false;
          case RESTART_CONDITION_ON_FAILURE -> state != TaskState.TASK_STATE_COMPLETE;
          case RESTART_CONDITION_ANY, RESTART_CONDITION_UNSPECIFIED, UNRECOGNIZED -> true;
        };
    if (!wanted
        || (restart.getMaxAttempts() > 0
            && attempts(restart, slot, ended) >= restart.getMaxAttempts())) {
      return Optional.empty();
    }
    var delay = restart.hasDelayNanos() ? Duration.ofNanos(restart.getDelayNanos()) : USUAL_DELAY;
    return Optional.of(ended.plus(delay));
  }

  /** Those that count now. */
  private static long attempts(ServiceRestart restart, ReplicaSlot slot, Instant now) {
    var old =
        restart.getWindowNanos() > 0
            && slot.hasAttemptsSince()
            && Moments.instant(slot.getAttemptsSince())
                .plusNanos(restart.getWindowNanos())
                .isBefore(now);
    return old ? 0 : slot.getAttempts();
  }

  /** The slot with one attempt more. */
  static ReplicaSlot.Builder counted(ServiceSpec spec, ReplicaSlot slot, Instant now) {
    var before = attempts(spec.getRestart(), slot, now);
    var counted = slot.toBuilder().setAttempts(before + 1);
    return before == 0 ? counted.setAttemptsSince(Moments.timestamp(now)) : counted;
  }
}
