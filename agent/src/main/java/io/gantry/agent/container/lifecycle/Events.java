package io.gantry.agent.container.lifecycle;

import io.gantry.agent.container.lifecycle.State.Absent;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Draining;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Gone;
import io.gantry.agent.container.lifecycle.State.Intent;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Run;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.HealthStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How each event changes a container. Total; an event that has no meaning in a state leaves it as
 * it is.
 */
final class Events {
  private Events() {}

  static State apply(State state, ContainerEvent event) {
    return switch (state) {
      case Absent absent ->
          event instanceof ContainerEvent.Created created ? created(absent.id(), created) : absent;
      case Gone gone -> gone;
      case Present present -> applyTo(present, event);
    };
  }

  private static State applyTo(Present state, ContainerEvent event) {
    var facts = state.facts();
    return switch (event) {
      case ContainerEvent.Created _, ContainerEvent.Observed _ -> state;
      case ContainerEvent.NetworkConnected connected ->
          Phases.replace(state, Endpoints.connected(facts, connected));
      case ContainerEvent.NetworkDisconnected(var network, _, _) ->
          Phases.replace(state, facts.with(status -> status.removeEndpoints(network)));
      case ContainerEvent.StartRequested requested -> startRequested(facts, requested);
      case ContainerEvent.Started started -> started(state, started);
      case ContainerEvent.StartFailed failed -> startFailed(facts, failed);
      case ContainerEvent.StopRequested(var signal, var grace, var thenStart, _) ->
          draining(state, new Draining(signal, grace, thenStart ? Intent.RESTART : Intent.STOP));
      case ContainerEvent.ShutdownRequested(var signal, var grace, _) ->
          draining(state, new Draining(signal, grace, Intent.SHUTDOWN));
      case ContainerEvent.KillRequested requested ->
          requested.stops() ? Phases.replace(state, facts.withUserStopped(true)) : state;
      case ContainerEvent.Stopped _ -> Phases.replace(state, facts.withUserStopped(true));
      case ContainerEvent.Paused _ ->
          state instanceof Running(_, var run, _)
              ? new Paused(in(facts, ContainerState.PAUSED), run)
              : state;
      case ContainerEvent.Unpaused _ ->
          state instanceof Paused(_, var run)
              ? new Running(in(facts, ContainerState.RUNNING), run, Optional.empty())
              : state;
      case ContainerEvent.Exited exited -> exited(state, exited);
      case ContainerEvent.OutOfMemory _ ->
          Phases.replace(state, facts.with(status -> status.setOomKilled(true)));
      case ContainerEvent.RestartScheduled scheduled ->
          new Backoff(
              in(facts, ContainerState.RESTARTING)
                  .withBackoff(scheduled.delay())
                  .with(status -> status.setRestartCount(scheduled.restartCount())),
              scheduled.delay());
      case ContainerEvent.RestartCancelled _ ->
          new Exited(in(facts, ContainerState.EXITED).withUserStopped(true));
      case ContainerEvent.HealthChecked checked ->
          Phases.replace(
              state,
              facts.with(status -> status.setHealth(Health.apply(status.getHealth(), checked))));
      case ContainerEvent.Renamed renamed ->
          Phases.replace(state, Endpoints.renamed(facts, renamed));
      case ContainerEvent.Updated updated -> {
        var next = Phases.replace(state, updated(facts, updated));
        yield updated.resources().isPresent() ? Phases.withLimitsChanged(next) : next;
      }
      case ContainerEvent.ExecCreated created ->
          Phases.replace(state, Execs.created(facts, created));
      case ContainerEvent.ExecStarted started ->
          Phases.replace(state, Execs.started(facts, started));
      case ContainerEvent.ExecEnded ended -> Phases.replace(state, Execs.ended(facts, ended));
      case ContainerEvent.RemoveRequested requested -> removeRequested(state, requested);
      case ContainerEvent.RemoveFailed failed ->
          state instanceof Removing(_, var volumes, var run, _)
              ? new Removing(
                  in(facts, ContainerState.DEAD).with(status -> status.setError(failed.message())),
                  volumes,
                  run,
                  true)
              : state;
      case ContainerEvent.Removed _ -> new Gone(facts.container());
    };
  }

  private static State created(String id, ContainerEvent.Created created) {
    var container =
        Container.newBuilder()
            .setId(id)
            .setName(created.name())
            .setSpec(created.spec())
            .setCreatedAt(Moments.timestamp(created.at()))
            .setStatus(
                ContainerStatus.newBuilder()
                    .setState(ContainerState.CREATED)
                    .setImageId(created.imageId())
                    .putAllEndpoints(Endpoints.first(created.spec().getNetwork()))
                    .addAllMounts(created.mounts())
                    .addAllWarnings(created.warnings())
                    .addAllArgv(created.spec().getProcess().getEntrypoint().getValuesList())
                    .addAllArgv(created.spec().getProcess().getCmd().getValuesList()));
    return new Created(
        new Facts(container.build(), created.layers(), false, Duration.ZERO, Map.of()));
  }

  private static State startRequested(Facts facts, ContainerEvent.StartRequested requested) {
    var byPolicy = requested.cause() == StartCause.RESTART_POLICY;
    var next =
        facts
            .with(
                status -> {
                  status.setIncarnation(requested.incarnation()).setError("");
                  if (!byPolicy) {
                    status.setRestartCount(0);
                  }
                })
            .withUserStopped(false);
    return new Starting(
        byPolicy ? next : next.withBackoff(Duration.ZERO),
        requested.incarnation(),
        requested.cause(),
        Optional.empty());
  }

  private static State started(Present state, ContainerEvent.Started started) {
    var doom = state instanceof Starting starting ? starting.doom() : Optional.<Draining>empty();
    var facts =
        in(state.facts(), ContainerState.RUNNING)
            .with(
                status -> {
                  status
                      .setPid(started.pid())
                      .setIncarnation(started.incarnation())
                      .setStartedAt(Moments.timestamp(started.at()))
                      .setOomKilled(false)
                      .setExitCode(0)
                      .clearEndpoints()
                      .putAllEndpoints(started.endpoints())
                      .clearPorts()
                      .putAllPorts(started.ports())
                      .clearWarnings()
                      .addAllWarnings(started.warnings());
                  if (!started.mounts().isEmpty()) {
                    status.clearMounts().addAllMounts(started.mounts());
                  }
                  if (Health.isChecked(state.view().getSpec().getHealthcheck())) {
                    status.setHealth(HealthStatus.newBuilder().setStatus(Health.STARTING));
                  }
                });
    return new Running(
        facts, new Run(started.incarnation(), started.pid(), started.monitorPid()), doom);
  }

  private static State startFailed(Facts facts, ContainerEvent.StartFailed failed) {
    var next =
        facts.with(
            status -> status.setError(failed.message()).setExitCode(failed.exitCode()).setPid(0));
    var ranBefore = facts.container().getStatus().hasStartedAt();
    return ranBefore
        ? new Exited(in(next, ContainerState.EXITED))
        : new Created(in(next, ContainerState.CREATED));
  }

  private static State draining(Present state, Draining wish) {
    var draining = Optional.of(wish);
    var facts = state.facts().with(status -> status.setStopping(true));
    return switch (state) {
      case Running(_, var run, _) -> new Running(facts, run, draining);
      case Paused(_, var run) -> new Running(in(facts, ContainerState.RUNNING), run, draining);
      case Starting(_, var incarnation, var cause, _) ->
          new Starting(facts, incarnation, cause, draining);
      case Created _, Backoff _, Exited _, Removing _ -> state;
    };
  }

  private static State exited(Present state, ContainerEvent.Exited exited) {
    var facts =
        state
            .facts()
            .with(
                status -> {
                  status
                      .setPid(0)
                      .setExitCode(exited.code())
                      .setFinishedAt(Moments.timestamp(exited.at()))
                      .setStopping(false)
                      .clearPorts();
                  status.putAllEndpoints(Endpoints.withoutAddresses(status.getEndpointsMap()));
                });
    return state instanceof Removing(_, var volumes, _, var failed)
        ? new Removing(facts, volumes, Optional.empty(), failed)
        : new Exited(in(facts, ContainerState.EXITED));
  }

  private static Facts updated(Facts facts, ContainerEvent.Updated updated) {
    var spec = facts.container().getSpec().toBuilder();
    updated.resources().ifPresent(spec::setResources);
    updated.restartPolicy().ifPresent(spec::setRestartPolicy);
    return facts.with(facts.container().toBuilder().setSpec(spec).build());
  }

  private static State removeRequested(Present state, ContainerEvent.RemoveRequested requested) {
    var run =
        switch (state) {
          case Running running -> Optional.of(running.run());
          case Paused paused -> Optional.of(paused.run());
          case Removing removing -> removing.run();
          case Created _, Starting _, Backoff _, Exited _ -> Optional.<Run>empty();
        };
    return new Removing(
        in(state.facts(), ContainerState.REMOVING), requested.volumes(), run, false);
  }

  private static Facts in(Facts facts, ContainerState state) {
    return facts.with(status -> status.setState(state));
  }
}
