package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceUpdateConfig;
import java.time.Duration;

/**
 * How the replicas of a service give way to others: as its update configuration says, or while it
 * is rolled back as that for roll-backs does.
 *
 * @param parallelism slots at a time
 * @param delay after a slot's new replica runs, before another slot is taken in its stead
 * @param monitor a new replica that ends so soon after it ran first has failed
 * @param ratio of the slots to be replaced, that may fail
 * @param startFirst the old replica is ended when the new one runs; else it has ended before
 */
record UpdatePolicy(
    long parallelism,
    Duration delay,
    Duration monitor,
    OnFailure onFailure,
    double ratio,
    boolean startFirst) {
  private static final Duration USUAL_MONITOR = Duration.ofSeconds(5);

  enum OnFailure {
    PAUSE,
    CONTINUE,
    ROLL_BACK
  }

  static UpdatePolicy of(Service service) {
    var spec = service.getSpec();
    return Rollout.isRollback(service.getUpdate().getState())
        ? of(spec.hasRollbackConfig(), spec.getRollbackConfig())
        : of(spec.hasUpdateConfig(), spec.getUpdateConfig());
  }

  private static UpdatePolicy of(boolean given, ServiceUpdateConfig config) {
    var parallelism = given ? config.getParallelism() : 1;
    return new UpdatePolicy(
        parallelism == 0 ? Long.MAX_VALUE : parallelism,
        Duration.ofNanos(config.getDelayNanos()),
        config.getMonitorNanos() == 0 ? USUAL_MONITOR : Duration.ofNanos(config.getMonitorNanos()),
        switch (config.getFailureAction()) {
          case "continue" -> OnFailure.CONTINUE;
          case "rollback" -> OnFailure.ROLL_BACK;
          default -> OnFailure.PAUSE;
        },
        config.getMaxFailureRatio(),
        config.getOrder().equals("start-first"));
  }
}
