package io.gantry.agent.fake;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.javadsl.Source;
import io.gantry.agent.Attachment;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers.ExitResult;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.PendingExit;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.Containers.WaitCondition;
import io.gantry.agent.Outcome;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One container of the fake. */
final class InMemoryContainer {
  interface Recorder {
    void record(Caller caller, Container view, ContainerEvent event);
  }

  private record RunningExec(Exec exec, ScriptedProcess process) {}

  private final ActorSystem<?> system;
  private final Recorder recorder;
  private final Consumer<Container> forget;
  private final Map<String, RunningExec> execs = new ConcurrentHashMap<>();
  private final CompletableFuture<ExitResult> removed = new CompletableFuture<>();
  private volatile Container view;
  private volatile ScriptedProcess process;
  private long incarnation;

  InMemoryContainer(
      Container view, ActorSystem<?> system, Recorder recorder, Consumer<Container> forget) {
    this.view = view;
    this.system = system;
    this.recorder = recorder;
    this.forget = forget;
    this.process = new ScriptedProcess(view.getStatus().getArgvList(), system);
  }

  Container view() {
    return view;
  }

  Outcome<Container> become(ContainerState state) {
    view = view.toBuilder().setStatus(view.getStatus().toBuilder().setState(state)).build();
    return Outcome.done(view);
  }

  Outcome<Container> rename(String name) {
    view = view.toBuilder().setName(name).build();
    return Outcome.done(view);
  }

  private boolean running() {
    var state = view.getStatus().getState();
    return state == ContainerState.RUNNING || state == ContainerState.PAUSED;
  }

  synchronized Outcome<Container> start(Caller caller) {
    if (running()) {
      return new Outcome.Unchanged<>(view);
    }
    if (process.exit().isDone()) {
      process = new ScriptedProcess(view.getStatus().getArgvList(), system);
    }
    if (!process.executable()) {
      return Outcome.refused(
          ErrorKind.INVALID,
          "exec: \"%s\": executable file not found in $PATH"
              .formatted(view.getStatus().getArgv(0)));
    }
    become(ContainerState.RUNNING);
    incarnation++;
    recorder.record(
        caller,
        view,
        new ContainerEvent.Started(
            incarnation,
            4711,
            4710,
            Map.of(),
            Map.of(),
            List.of(),
            List.of(),
            InMemoryEngine.NOON));
    process.exit().thenAccept(this::exited);
    process.start();
    return Outcome.done(view);
  }

  private void exited(int code) {
    view =
        view.toBuilder()
            .setStatus(
                view.getStatus().toBuilder().setState(ContainerState.EXITED).setExitCode(code))
            .build();
    recorder.record(
        Caller.ENGINE,
        view,
        new ContainerEvent.Exited(incarnation, code, false, false, InMemoryEngine.NOON));
    if (view.getSpec().getAutoRemove()) {
      vanish(Caller.ENGINE);
    }
  }

  private void vanish(Caller caller) {
    recorder.record(caller, view, new ContainerEvent.Removed(InMemoryEngine.NOON));
    forget.accept(view);
    removed.complete(new ExitResult(view.getStatus().getExitCode(), ""));
  }

  Outcome<Container> stop(Caller caller) {
    if (!running()) {
      return new Outcome.Unchanged<>(view);
    }
    process.signal(15);
    return Outcome.done(view);
  }

  Outcome<Container> kill(Caller caller, String signal) {
    if (!running()) {
      return Outcome.refused(
          ErrorKind.CONFLICT,
          "cannot kill container: %s: container %s is not running"
              .formatted(view.getName(), view.getId()));
    }
    process.signal(
        switch (signal) {
          case "INT", "SIGINT", "2" -> 2;
          case "TERM", "SIGTERM", "15" -> 15;
          default -> 9;
        });
    return Outcome.done(view);
  }

  Outcome<Container> remove(Caller caller, boolean force) {
    if (running() && !force) {
      return Outcome.refused(
          ErrorKind.CONFLICT,
          "cannot remove container \"%s\": container is running".formatted(view.getName()));
    }
    if (running()) {
      process.signal(9);
    }
    vanish(caller);
    return Outcome.done(view);
  }

  PendingExit await(WaitCondition condition) {
    return switch (condition) {
      case REMOVED -> new PendingExit(removed);
      case NOT_RUNNING, NEXT_EXIT ->
          new PendingExit(process.exit().thenApply(code -> new ExitResult(code, "")));
    };
  }

  Source<LogLine, NotUsed> logs(LogQuery query) {
    var lines =
        process.log().stream()
            .filter(line -> line.stream() == Stream.STDOUT ? query.stdout() : query.stderr())
            .toList();
    var skip = query.tail().isPresent() ? Math.max(0, lines.size() - query.tail().getAsInt()) : 0;
    return Source.from(lines.subList(skip, lines.size()));
  }

  Attachment attach(boolean stdin) {
    return process.attach(view.getSpec().getProcess().getTty(), stdin);
  }

  Outcome<Container> resize(int height, int width) {
    process.resize(height, width);
    return Outcome.done(view);
  }

  Outcome<Exec> createExec(ExecSpec spec) {
    if (!running()) {
      return Outcome.refused(
          ErrorKind.CONFLICT, "container %s is not running".formatted(view.getId()));
    }
    var exec =
        Exec.newBuilder()
            .setId(ContainerId.random().value())
            .setContainerId(view.getId())
            .setSpec(spec)
            .build();
    execs.put(
        exec.getId(), new RunningExec(exec, new ScriptedProcess(spec.getCommandList(), system)));
    return Outcome.done(exec);
  }

  Outcome<Optional<Attachment>> startExec(String id, boolean detach) {
    var running = execs.get(id);
    if (!running.process().executable()) {
      return Outcome.refused(
          ErrorKind.INVALID,
          "exec: \"%s\": executable file not found in $PATH"
              .formatted(running.exec().getSpec().getCommand(0)));
    }
    var spec = running.exec().getSpec();
    var attachment =
        detach
            ? Optional.<Attachment>empty()
            : Optional.of(running.process().attach(spec.getTty(), spec.getAttachStdin()));
    running.process().start();
    return Outcome.done(attachment);
  }

  Exec exec(String id) {
    var running = execs.get(id);
    var exit = running.process().exit();
    var message = running.exec().toBuilder().setRunning(!exit.isDone());
    return exit.isDone() ? message.setExitCode(exit.join()).build() : message.build();
  }

  Outcome<Exec> resizeExec(String id, int height, int width) {
    execs.get(id).process().resize(height, width);
    return Outcome.done(exec(id));
  }
}
