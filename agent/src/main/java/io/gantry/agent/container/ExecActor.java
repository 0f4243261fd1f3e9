package io.gantry.agent.container;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.host.Monitor;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;

/**
 * One recorded exec: starts it, hands its stdio to who asked, and tells its container how it ended.
 */
final class ExecActor {
  sealed interface Command {}

  private record Started(Monitor.ExecStarted started) implements Command {}

  private record Failed(String message) implements Command {}

  private record Ended(int exitCode) implements Command {}

  private final ActorContext<Command> context;
  private final Exec exec;
  private final ContainerSurroundings surroundings;
  private final ActorRef<ContainerActor.Command> parent;
  private final ActorRef<Outcome<Monitor.ExecStarted>> replyTo;

  static Behavior<Command> create(
      Container container,
      Exec exec,
      ContainerSurroundings surroundings,
      ActorRef<ContainerActor.Command> parent,
      ActorRef<Outcome<Monitor.ExecStarted>> replyTo) {
    return Behaviors.setup(
        context -> {
          context.pipeToSelf(
              surroundings.sandbox().exec(container, exec),
              (started, failure) ->
                  failure == null ? new Started(started) : new Failed(Failures.message(failure)));
          return new ExecActor(context, exec, surroundings, parent, replyTo).starting();
        });
  }

  private ExecActor(
      ActorContext<Command> context,
      Exec exec,
      ContainerSurroundings surroundings,
      ActorRef<ContainerActor.Command> parent,
      ActorRef<Outcome<Monitor.ExecStarted>> replyTo) {
    this.context = context;
    this.exec = exec;
    this.surroundings = surroundings;
    this.parent = parent;
    this.replyTo = replyTo;
  }

  private Behavior<Command> starting() {
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Started(var started) -> {
                surroundings.board().execRuns(exec.getId(), started.pid());
                replyTo.tell(Outcome.done(started));
                context.pipeToSelf(
                    started.exit(),
                    (exit, failure) -> new Ended(failure == null ? exit.code() : -1));
                yield running();
              }
              case Failed(var message) -> {
                var exitCode = Failures.exitCode(message);
                replyTo.tell(
                    Outcome.refused(
                        exitCode == 128 ? ErrorKind.INTERNAL : ErrorKind.INVALID, message));
                // Of a command the container's own code for "did not start" (128) is not known.
                yield ended(exitCode == 128 ? 126 : exitCode);
              }
              case Ended _ -> Behaviors.same();
            });
  }

  private Behavior<Command> running() {
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Ended(var exitCode) -> ended(exitCode);
              case Started _, Failed _ -> Behaviors.same();
            });
  }

  private Behavior<Command> ended(int exitCode) {
    surroundings.board().execEnded(exec.getId());
    parent.tell(
        new ContainerActor.Learnt(
            new Report.ExecEnded(exec.getId(), exitCode, surroundings.clock().instant())));
    return Behaviors.stopped();
  }
}
