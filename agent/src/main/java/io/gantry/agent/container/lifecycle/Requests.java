package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;
import static io.gantry.protocol.ErrorKind.CONFLICT;
import static io.gantry.protocol.ErrorKind.NOT_FOUND;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Decision.Refused;
import io.gantry.agent.container.lifecycle.Decision.Unchanged;
import io.gantry.agent.container.lifecycle.Request.Connect;
import io.gantry.agent.container.lifecycle.Request.Create;
import io.gantry.agent.container.lifecycle.Request.CreateExec;
import io.gantry.agent.container.lifecycle.Request.Disconnect;
import io.gantry.agent.container.lifecycle.Request.Kill;
import io.gantry.agent.container.lifecycle.Request.Observe;
import io.gantry.agent.container.lifecycle.Request.Pause;
import io.gantry.agent.container.lifecycle.Request.Remove;
import io.gantry.agent.container.lifecycle.Request.Rename;
import io.gantry.agent.container.lifecycle.Request.Restart;
import io.gantry.agent.container.lifecycle.Request.Shutdown;
import io.gantry.agent.container.lifecycle.Request.Start;
import io.gantry.agent.container.lifecycle.Request.StartExec;
import io.gantry.agent.container.lifecycle.Request.Stop;
import io.gantry.agent.container.lifecycle.Request.Unpause;
import io.gantry.agent.container.lifecycle.Request.Update;
import io.gantry.agent.container.lifecycle.State.Absent;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Gone;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import java.time.Instant;

/** What may be asked of a container in each phase. Texts are the Docker Engine API's. */
final class Requests {
  private Requests() {}

  static Decision decide(State state, Request request) {
    return switch (state) {
      case Absent(var id) -> whenAbsent(id, request);
      case Gone(var last) -> new Refused(NOT_FOUND, "No such container: " + last.getId());
      case Present present -> whenPresent(present, request);
    };
  }

  private static Decision whenAbsent(String id, Request request) {
    return switch (request) {
      case Create(var name, var spec, var imageId, var layers, var mounts, var warnings, var at) ->
          events(new ContainerEvent.Created(name, spec, imageId, layers, mounts, warnings, at));
      case Start _,
          Stop _,
          Shutdown _,
          Restart _,
          Kill _,
          Pause _,
          Unpause _,
          Rename _,
          Update _,
          Remove _,
          Connect _,
          Disconnect _,
          CreateExec _,
          StartExec _,
          Observe _ ->
          new Refused(NOT_FOUND, "No such container: " + id);
    };
  }

  private static Decision whenPresent(Present state, Request request) {
    return switch (request) {
      case Create _ -> new Refused(CONFLICT, "container " + state.facts().id() + " exists");
      case Start(var at) -> start(state, at);
      case Stop stop -> Stopping.stop(state, stop);
      case Shutdown(var at) -> Stopping.shutdown(state, at);
      case Restart restart -> Stopping.restart(state, restart);
      case Kill kill -> Stopping.kill(state, kill);
      case Pause _ -> pause(state);
      case Unpause _ -> unpause(state);
      case Rename(var newName, var at) ->
          events(new ContainerEvent.Renamed(state.facts().name(), newName, at));
      case Update update -> update(state, update);
      case Remove remove -> Removal.decide(state, remove);
      case Connect connect -> NetworkPlaces.connect(state, connect);
      case Disconnect disconnect -> NetworkPlaces.disconnect(state, disconnect);
      case CreateExec(var execId, var spec, var at) ->
          whenRunning(state, events(new ContainerEvent.ExecCreated(execId, spec, at)));
      case StartExec startExec -> startExec(state, startExec);
      case Observe(var action, var attributes, var needsRunning, var at) -> {
        var observed = events(new ContainerEvent.Observed(action, attributes, at));
        // What is paused has its processes, and may be looked at.
        yield needsRunning && !(state instanceof Paused) ? whenRunning(state, observed) : observed;
      }
    };
  }

  private static Decision start(Present state, Instant at) {
    return switch (state) {
      case Created(var facts) -> launch(facts, StartCause.USER, at);
      case Exited(var facts) -> launch(facts, StartCause.USER, at);
      case Backoff(var facts, _) -> launch(facts, StartCause.USER, at);
      case Starting _, Running _ -> new Unchanged();
      case Paused _ ->
          new Refused(CONFLICT, "cannot start a paused container, try unpause instead");
      case Removing _ ->
          new Refused(CONFLICT, "container is marked for removal and cannot be started");
    };
  }

  static Accepted launch(Facts facts, StartCause cause, Instant at) {
    var incarnation = facts.incarnation() + 1;
    return events(new ContainerEvent.StartRequested(incarnation, cause, at))
        .then(new Step.Launch(incarnation));
  }

  private static Decision pause(Present state) {
    return switch (state) {
      case Running(var facts, _, var draining) ->
          draining.isPresent()
              ? new Refused(CONFLICT, "container " + facts.id() + " is being stopped")
              : Accepted.NOTHING.then(new Step.Freeze());
      case Paused(var facts, _) ->
          new Refused(CONFLICT, "container " + facts.id() + " is already paused");
      case Starting(var facts, _, _, _) -> restarting(facts);
      case Backoff(var facts, _) -> restarting(facts);
      case Created _, Exited _, Removing _ -> notRunning(state.facts());
    };
  }

  private static Decision unpause(Present state) {
    return switch (state) {
      case Paused _ -> Accepted.NOTHING.then(new Step.Thaw());
      case Created _, Starting _, Running _, Backoff _, Exited _, Removing _ ->
          new Refused(CONFLICT, "Container " + state.facts().id() + " is not paused");
    };
  }

  private static Decision update(Present state, Update update) {
    if (state instanceof Removing) {
      return new Refused(
          CONFLICT,
          "container %s is marked for removal and cannot be \"update\""
              .formatted(state.facts().id()));
    }
    var spec = state.view().getSpec();
    var named = update.policy().map(policy -> !policy.getName().isEmpty()).orElse(false);
    if (spec.getAutoRemove() && named && !update.policy().get().getName().equals("no")) {
      return new Refused(
          CONFLICT,
          "Restart policy cannot be updated because AutoRemove is enabled for the container");
    }
    var conflict = update.resources().flatMap(patch -> Limits.conflict(spec.getResources(), patch));
    if (conflict.isPresent()) {
      return new Refused(
          CONFLICT, "Cannot update container %s: %s".formatted(state.facts().id(), conflict.get()));
    }
    var resources = update.resources().map(patch -> Limits.merge(spec.getResources(), patch));
    var updated =
        events(
            new ContainerEvent.Updated(
                resources, named ? update.policy() : java.util.Optional.empty(), update.at()));
    var runs = state instanceof Running || state instanceof Paused;
    return runs && resources.isPresent()
        ? updated.then(new Step.ApplyLimits(resources.get(), spec.getResources()))
        : updated;
  }

  private static Decision startExec(Present state, StartExec request) {
    var exec = state.facts().execs().get(request.execId());
    if (exec == null) {
      return new Refused(NOT_FOUND, "No such exec instance: " + request.execId());
    }
    if (exec.getRunning()) {
      return new Refused(CONFLICT, "exec command " + request.execId() + " is already running");
    }
    if (exec.hasExitCode()) {
      return new Refused(CONFLICT, "exec command " + request.execId() + " has already run");
    }
    return whenRunning(
        state, events(new ContainerEvent.ExecStarted(request.execId(), request.at())));
  }

  private static Decision whenRunning(Present state, Accepted accepted) {
    return switch (state) {
      case Running _ -> accepted;
      case Paused(var facts, _) ->
          new Refused(
              CONFLICT,
              "container " + facts.id() + " is paused, unpause the container before exec");
      case Backoff(var facts, _) -> restarting(facts);
      case Created _, Starting _, Exited _, Removing _ -> notRunning(state.facts());
    };
  }

  static Refused notRunning(Facts facts) {
    return new Refused(CONFLICT, "container " + facts.id() + " is not running");
  }

  private static Refused restarting(Facts facts) {
    return new Refused(
        CONFLICT,
        "Container " + facts.id() + " is restarting, wait until the container is running");
  }
}
