package io.gantry.agent.container.lifecycle;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.RestartPolicy;
import io.gantry.protocol.v1.StringList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container to think with, in each phase of its life. */
final class Samples {
  static final String ID = "ab".repeat(32);
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final long PID = 4711;
  static final long MONITOR = 4710;

  private Samples() {}

  static ContainerSpec spec() {
    return ContainerSpec.newBuilder().setImage("busybox").build();
  }

  static ContainerSpec withPolicy(String policy, int retries) {
    return spec().toBuilder()
        .setRestartPolicy(RestartPolicy.newBuilder().setName(policy).setMaximumRetryCount(retries))
        .build();
  }

  static ContainerSpec withHealthcheck(int retries, Duration startPeriod) {
    return spec().toBuilder()
        .setHealthcheck(
            HealthcheckSpec.newBuilder()
                .setTest(StringList.newBuilder().addValues("CMD").addValues("true"))
                .setRetries(retries)
                .setStartPeriodNanos(startPeriod.toNanos()))
        .build();
  }

  static State created(ContainerSpec spec) {
    return after(
        new State.Absent(ID),
        new Request.Create("web", spec, "sha256:1", List.of(), List.of(), List.of(), NOON));
  }

  static State starting(ContainerSpec spec) {
    return after(created(spec), new Request.Start(NOON));
  }

  static State running(ContainerSpec spec) {
    return after(starting(spec), launched(1));
  }

  static State paused(ContainerSpec spec) {
    return after(running(spec), new Report.Frozen(NOON));
  }

  static State exited(ContainerSpec spec) {
    return after(running(spec), exit(1, 0, NOON.plusSeconds(60)));
  }

  static State stopped(ContainerSpec spec) {
    var stopping = after(running(spec), stop());
    return after(stopping, exit(1, 143, NOON.plusSeconds(60)));
  }

  static State backoff() {
    return after(running(withPolicy("always", 0)), exit(1, 1, NOON.plusSeconds(1)));
  }

  static State removing() {
    return after(exited(spec()), remove(false));
  }

  static Request.Stop stop() {
    return new Request.Stop(Optional.empty(), Optional.empty(), NOON);
  }

  static Request.Remove remove(boolean force) {
    return new Request.Remove(force, false, NOON);
  }

  static Report.Launched launched(long incarnation) {
    return new Report.Launched(
        incarnation, PID, MONITOR, Map.of(), Map.of(), List.of(), List.of(), NOON);
  }

  static Report.ProcessExited exit(long incarnation, int code, Instant at) {
    return new Report.ProcessExited(incarnation, code, false, false, 0.5, at);
  }

  static State after(State state, Request request) {
    return switch (Lifecycle.decide(state, request)) {
      case Accepted accepted -> applied(state, accepted);
      case Decision.Unchanged _ -> state;
      case Decision.Refused refused -> throw new AssertionError(refused.message());
    };
  }

  static State after(State state, Report report) {
    return applied(state, Lifecycle.observe(state, report));
  }

  static State applied(State state, Accepted accepted) {
    var next = state;
    for (var event : accepted.events()) {
      next = Lifecycle.apply(next, event);
    }
    return next;
  }
}
