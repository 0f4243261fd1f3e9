package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.NOTHING;
import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Report.Probed;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.persistence.event.ContainerEvent.HealthChecked;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.HealthStatus;
import io.gantry.protocol.v1.HealthcheckSpec;
import java.time.Instant;
import java.util.ArrayList;

/** Docker's HEALTHCHECK: from the results of probes to "starting", "healthy", "unhealthy". */
final class Health {
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

  static Accepted observe(Present state, Probed probed) {
    return state instanceof Running(var facts, var run, _)
            && run.incarnation() == probed.incarnation()
            && facts.container().getStatus().hasHealth()
        ? events(judge(facts, probed))
        : NOTHING;
  }

  private static HealthChecked judge(Facts facts, Probed probed) {
    var before = facts.container().getStatus().getHealth();
    var spec = facts.container().getSpec().getHealthcheck();
    var result = probed.result();
    if (result.getExitCode() == 0) {
      return new HealthChecked(probed.incarnation(), HEALTHY, 0, result, probed.at());
    }
    if (before.getStatus().equals(STARTING)
        && inStartPeriod(
            facts, spec, result.getStart().getSeconds(), result.getStart().getNanos())) {
      return new HealthChecked(
          probed.incarnation(), STARTING, before.getFailingStreak(), result, probed.at());
    }
    var streak = before.getFailingStreak() + 1;
    var retries = spec.getRetries() == 0 ? DEFAULT_RETRIES : spec.getRetries();
    var status = streak >= retries ? UNHEALTHY : before.getStatus();
    return new HealthChecked(probed.incarnation(), status, streak, result, probed.at());
  }

  private static boolean inStartPeriod(Facts facts, HealthcheckSpec spec, long seconds, int nanos) {
    var started = facts.container().getStatus().getStartedAt();
    var end = Moments.instant(started).plusNanos(spec.getStartPeriodNanos());
    return Instant.ofEpochSecond(seconds, nanos).isBefore(end);
  }

  static HealthStatus apply(HealthStatus before, HealthChecked checked) {
    var log = new ArrayList<>(before.getLogList());
    log.add(checked.result());
    return HealthStatus.newBuilder()
        .setStatus(checked.status())
        .setFailingStreak(checked.failingStreak())
        .addAllLog(log.subList(Math.max(0, log.size() - KEPT), log.size()))
        .build();
  }
}
