package io.gantry.agent.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import io.gantry.agent.Attachment;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers.AttachOptions;
import io.gantry.agent.Containers.ConsoleSize;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.Board;
import io.gantry.agent.container.ContainerActor;
import io.gantry.agent.container.ContainersActor;
import io.gantry.agent.container.DetachKeys;
import io.gantry.agent.container.PendingAttachments;
import io.gantry.agent.container.Stdio;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.Monitor.Console;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.Exec;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The stdio of containers and execs, as clients want it. */
public final class ContainerStdio {
  private static final Duration EXEC_TIMEOUT = Duration.ofMinutes(2);

  /** How long the end of an exec's output may wait for its exit to be recorded. */
  private static final Duration EXIT_PATIENCE = Duration.ofSeconds(5);

  private final Monitor monitor;
  private final PendingAttachments pending;
  private final Stdio stdio;
  private final Board board;
  private final ActorRef<ContainersActor.Command> actors;
  private final Scheduler scheduler;
  private final Executor blocking;
  private final HostCalls calls;

  /** {@code blocking} runs each task on a virtual thread. */
  public ContainerStdio(
      Monitor monitor,
      PendingAttachments pending,
      Board board,
      ActorRef<ContainersActor.Command> actors,
      Scheduler scheduler,
      Executor blocking) {
    this.monitor = monitor;
    this.pending = pending;
    this.stdio = new Stdio(blocking);
    this.board = board;
    this.actors = actors;
    this.scheduler = scheduler;
    this.blocking = blocking;
    this.calls = new HostCalls(blocking);
  }

  Outcome<Attachment> attach(Container container, AttachOptions options) {
    var spec = container.getSpec().getProcess();
    Stdio.Wanted wanted;
    try {
      wanted =
          new Stdio.Wanted(
              spec.getTty(),
              options.stdin() && spec.getOpenStdin(),
              options.stdout(),
              options.stderr(),
              detachKeys(spec.getTty(), options.detachKeys().orElse("")));
    } catch (IllegalArgumentException e) {
      return Outcome.refused(
          ErrorKind.INVALID,
          "Invalid detach keys (%s) provided".formatted(options.detachKeys().orElse("")));
    }
    if (!options.stream()) {
      return Outcome.done(
          stdio.attachment(
              CompletableFuture.failedStage(new IOException("not asked for")), wanted));
    }
    return switch (container.getStatus().getState()) {
      case PAUSED ->
          Outcome.refused(
              ErrorKind.CONFLICT,
              "container %s is paused, unpause the container before attach"
                  .formatted(container.getId()));
      case RUNNING -> Outcome.done(stdio.attachment(now(container), wanted));
      case CONTAINER_STATE_UNSPECIFIED, CREATED, RESTARTING, EXITED, REMOVING, DEAD, UNRECOGNIZED ->
          Outcome.done(stdio.attachment(pending.next(new ContainerId(container.getId())), wanted));
    };
  }

  private CompletionStage<Console> now(Container container) {
    return calls.begin(
        () ->
            monitor.attach(
                new ContainerId(container.getId()), container.getStatus().getIncarnation()));
  }

  CompletionStage<Outcome<Container>> resize(Container container, int height, int width) {
    if (container.getStatus().getState() != ContainerState.RUNNING) {
      return CompletableFuture.completedFuture(
          Outcome.refused(
              ErrorKind.CONFLICT, "container %s is not running".formatted(container.getId())));
    }
    return calls.begin(
        () -> {
          monitor.resize(
              new ContainerId(container.getId()),
              container.getStatus().getIncarnation(),
              height,
              width);
          return Outcome.done(container);
        });
  }

  /** Once one that could not be started is refused, its exit code is known. */
  CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<ConsoleSize> size) {
    var exec = board.exec(execId);
    if (exec.isEmpty()) {
      return CompletableFuture.completedFuture(
          Outcome.refused(ErrorKind.NOT_FOUND, "No such exec instance: " + execId));
    }
    Stdio.Wanted wanted;
    try {
      wanted = wanted(exec.get());
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(Outcome.refused(ErrorKind.INVALID, e));
    }
    var id = new ContainerId(exec.get().getContainerId());
    return Ask.<ContainersActor.Command, Outcome<Monitor.ExecStarted>>of(
            actors,
            replyTo ->
                new ContainersActor.Tell(
                    id, new ContainerActor.RunExec(execId, detach, caller, replyTo)),
            EXEC_TIMEOUT,
            scheduler)
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Refused<?>(var kind, _) && kind != ErrorKind.CONFLICT
                    ? board.endOfExec(execId).thenApply(_ -> outcome)
                    : CompletableFuture.completedFuture(outcome))
        .thenApplyAsync(
            outcome ->
                outcome.map(
                    started -> {
                      size.ifPresent(one -> resizeQuietly(id, execId, one));
                      return attachment(execId, started, detach, wanted);
                    }),
            blocking);
  }

  private Optional<Attachment> attachment(
      String execId, Monitor.ExecStarted started, boolean detach, Stdio.Wanted wanted) {
    if (detach) {
      started.console().ifPresent(Console::close);
      return Optional.empty();
    }
    return started
        .console()
        .map(
            console ->
                stdio.attachment(
                    CompletableFuture.completedFuture(console),
                    wanted,
                    () -> board.endOfExec(execId),
                    EXIT_PATIENCE));
  }

  private void resizeQuietly(ContainerId id, String execId, ConsoleSize size) {
    try {
      monitor.resizeExec(id, execId, size.height(), size.width());
    } catch (IOException e) {
      // It has ended already: nobody will see its size.
    }
  }

  private static Stdio.Wanted wanted(Exec exec) {
    var spec = exec.getSpec();
    return new Stdio.Wanted(
        spec.getTty(),
        spec.getAttachStdin(),
        spec.getAttachStdout(),
        spec.getAttachStderr(),
        detachKeys(spec.getTty(), spec.getDetachKeys()));
  }

  /** They must be right in any case; only a terminal reacts to them. */
  private static Optional<DetachKeys> detachKeys(boolean tty, String keys) {
    var parsed = DetachKeys.parse(keys);
    return tty ? Optional.of(parsed) : Optional.empty();
  }

  CompletionStage<Outcome<Exec>> resizeExec(String execId, int height, int width) {
    var exec = board.exec(execId);
    if (exec.isEmpty()) {
      return CompletableFuture.completedFuture(
          Outcome.refused(ErrorKind.NOT_FOUND, "No such exec instance: " + execId));
    }
    if (!exec.get().getRunning()) {
      return CompletableFuture.completedFuture(
          Outcome.refused(ErrorKind.NOT_FOUND, "exec %s is not running".formatted(execId)));
    }
    return calls.begin(
        () -> {
          monitor.resizeExec(new ContainerId(exec.get().getContainerId()), execId, height, width);
          return Outcome.done(exec.get());
        });
  }
}
