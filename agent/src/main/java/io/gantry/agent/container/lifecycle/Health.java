package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.NOTHING;
import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Report.Probed;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.persistence.event.ContainerEvent.HealthChecked;
import io.gantry.protocol.v1.HealthResult;
import io.gantry.protocol.v1.HealthStatus;
import io.gantry.protocol.v1.HealthcheckSpec;
import java.time.Instant;
import java.util.ArrayList;

/** Docker's HEALTHCHECK: from the results of probes to "starting", "healthy", "unhealthy". */
public final class Health {
  static final String STARTING = "starting";
  static final String HEALTHY = "healthy";
  static final String UNHEALTHY = "unhealthy";
  private static final int DEFAULT_RETRIES = 3;
  private static final int KEPT = 5;

  private Health() {}

  /** Whether there is anything to probe: a test that is neither absent, empty nor NONE. */
  static boolean isChecked(HealthcheckSpec spec) {
    return spec.hasTest()
        && spec.getTest().getValuesCount() > 0
        && !spec.getTest().getValues(0).equals("NONE")
        && !spec.getTest().getValues(0).isEmpty();
  }

  /**
   * A change of the status is recorded; a result that changes nothing is not, however many there
   * are.
   */
  static Accepted observe(Present state, Probed probed) {
    return state instanceof Running(var facts, var run, _)
            && run.incarnation() == probed.incarnation()
            && facts.container().getStatus().hasHealth()
            && !facts
                .container()
                .getStatus()
                .getHealth()
                .getStatus()
                .equals(probed.health().getStatus())
        ? events(
            new HealthChecked(
                probed.incarnation(),
                probed.health().getStatus(),
                probed.health().getFailingStreak(),
                probed.result(),
                probed.at()))
        : NOTHING;
  }

  /** What is known after one more probe, with the last results. */
  public static HealthStatus judge(
      HealthStatus before, HealthcheckSpec spec, Instant startedAt, HealthResult result) {
    if (result.getExitCode() == 0) {
      return with(before, HEALTHY, 0, result);
    }
    var began = Instant.ofEpochSecond(result.getStart().getSeconds(), result.getStart().getNanos());
    if (before.getStatus().equals(STARTING)
        && began.isBefore(startedAt.plusNanos(spec.getStartPeriodNanos()))) {
      return with(before, STARTING, before.getFailingStreak(), result);
    }
    var streak = before.getFailingStreak() + 1;
    var retries = spec.getRetries() == 0 ? DEFAULT_RETRIES : spec.getRetries();
    return with(before, streak >= retries ? UNHEALTHY : before.getStatus(), streak, result);
  }

  static HealthStatus apply(HealthStatus before, HealthChecked checked) {
    return with(before, checked.status(), checked.failingStreak(), checked.result());
  }

  private static HealthStatus with(
      HealthStatus before, String status, int streak, HealthResult result) {
    var log = new ArrayList<>(before.getLogList());
    log.add(result);
    return HealthStatus.newBuilder()
        .setStatus(status)
        .setFailingStreak(streak)
        .addAllLog(log.subList(Math.max(0, log.size() - KEPT), log.size()))
        .build();
  }
}
