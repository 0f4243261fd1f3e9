package io.gantry.agent.container;

import com.google.protobuf.Duration;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Draining;
import io.gantry.agent.container.lifecycle.State.Intent;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Run;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.protocol.v1.ContainerSnapshot;
import io.gantry.protocol.v1.ContainerSnapshot.BackoffPhase;
import io.gantry.protocol.v1.ContainerSnapshot.CreatedPhase;
import io.gantry.protocol.v1.ContainerSnapshot.DrainingWish;
import io.gantry.protocol.v1.ContainerSnapshot.ExitedPhase;
import io.gantry.protocol.v1.ContainerSnapshot.PausedPhase;
import io.gantry.protocol.v1.ContainerSnapshot.RemovingPhase;
import io.gantry.protocol.v1.ContainerSnapshot.RunningPhase;
import io.gantry.protocol.v1.ContainerSnapshot.StartingPhase;
import io.gantry.protocol.v1.Exec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Between a container's state and its snapshot. */
final class Snapshots {
  private Snapshots() {}

  /** Of a state with a container; the others have no snapshot. */
  static ContainerSnapshot write(Present state) {
    var facts = state.facts();
    var snapshot =
        ContainerSnapshot.newBuilder()
            .setContainer(facts.container())
            .addAllLayers(facts.layers())
            .setUserStopped(facts.userStopped())
            .setBackoff(duration(facts.backoff()))
            .addAllExecs(facts.execs().values());
    switch (state) {
      case State.Created _ -> snapshot.setCreated(CreatedPhase.getDefaultInstance());
      case State.Starting(_, var incarnation, var cause, var doom) -> {
        var phase = StartingPhase.newBuilder().setIncarnation(incarnation).setCause(cause.name());
        doom.ifPresent(wish -> phase.setDoom(wish(wish)));
        snapshot.setStarting(phase);
      }
      case State.Running(_, var run, var draining) -> {
        var phase = RunningPhase.newBuilder().setRun(run(run));
        draining.ifPresent(wish -> phase.setDraining(wish(wish)));
        snapshot.setRunning(phase);
      }
      case State.Paused(_, var run) ->
          snapshot.setPaused(PausedPhase.newBuilder().setRun(run(run)));
      case State.Backoff(_, var delay) ->
          snapshot.setWaiting(BackoffPhase.newBuilder().setDelay(duration(delay)));
      case State.Exited _ -> snapshot.setExited(ExitedPhase.getDefaultInstance());
      case State.Removing(_, var volumes, var run, var failed) -> {
        var phase = RemovingPhase.newBuilder().setVolumes(volumes).setFailed(failed);
        run.ifPresent(one -> phase.setRun(run(one)));
        snapshot.setRemoving(phase);
      }
    }
    return snapshot.build();
  }

  static State read(ContainerSnapshot snapshot) {
    var facts = facts(snapshot);
    return switch (snapshot.getPhaseCase()) {
      case CREATED -> new State.Created(facts);
      case STARTING -> {
        var phase = snapshot.getStarting();
        yield new State.Starting(
            facts,
            phase.getIncarnation(),
            StartCause.valueOf(phase.getCause()),
            phase.hasDoom() ? Optional.of(wish(phase.getDoom())) : Optional.empty());
      }
      case RUNNING -> {
        var phase = snapshot.getRunning();
        yield new State.Running(
            facts,
            run(phase.getRun()),
            phase.hasDraining() ? Optional.of(wish(phase.getDraining())) : Optional.empty());
      }
      case PAUSED -> new State.Paused(facts, run(snapshot.getPaused().getRun()));
      case WAITING -> new State.Backoff(facts, duration(snapshot.getWaiting().getDelay()));
      case EXITED -> new State.Exited(facts);
      case REMOVING -> {
        var phase = snapshot.getRemoving();
        yield new State.Removing(
            facts,
            phase.getVolumes(),
            phase.hasRun() ? Optional.of(run(phase.getRun())) : Optional.empty(),
            phase.getFailed());
      }
      case PHASE_NOT_SET ->
          throw new IllegalArgumentException(
              "snapshot of container %s is in a phase this release does not know"
                  .formatted(snapshot.getContainer().getId()));
    };
  }

  private static Facts facts(ContainerSnapshot snapshot) {
    var execs = new LinkedHashMap<String, Exec>();
    snapshot.getExecsList().forEach(exec -> execs.put(exec.getId(), exec));
    return new Facts(
        snapshot.getContainer(),
        List.copyOf(snapshot.getLayersList()),
        snapshot.getUserStopped(),
        duration(snapshot.getBackoff()),
        Collections.unmodifiableMap(execs));
  }

  private static ContainerSnapshot.Run run(Run run) {
    return ContainerSnapshot.Run.newBuilder()
        .setIncarnation(run.incarnation())
        .setPid(run.pid())
        .setMonitorPid(run.monitorPid())
        .setLimitsChanged(run.limitsChanged())
        .build();
  }

  private static Run run(ContainerSnapshot.Run run) {
    return new Run(run.getIncarnation(), run.getPid(), run.getMonitorPid(), run.getLimitsChanged());
  }

  private static DrainingWish wish(Draining draining) {
    var wish =
        DrainingWish.newBuilder().setSignal(draining.signal()).setIntent(draining.intent().name());
    draining.grace().ifPresent(grace -> wish.setGrace(duration(grace)));
    return wish.build();
  }

  private static Draining wish(DrainingWish wish) {
    return new Draining(
        wish.getSignal(),
        wish.hasGrace() ? Optional.of(duration(wish.getGrace())) : Optional.empty(),
        Intent.valueOf(wish.getIntent()));
  }

  private static Duration duration(java.time.Duration length) {
    return Duration.newBuilder().setSeconds(length.getSeconds()).setNanos(length.getNano()).build();
  }

  private static java.time.Duration duration(Duration length) {
    return java.time.Duration.ofSeconds(length.getSeconds(), length.getNanos());
  }
}
