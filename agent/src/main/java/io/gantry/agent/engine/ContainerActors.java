package io.gantry.agent.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers.ExitResult;
import io.gantry.agent.Containers.PendingExit;
import io.gantry.agent.Containers.WaitCondition;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.ContainerActor;
import io.gantry.agent.container.ContainersActor;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.protocol.v1.Container;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** What is asked of containers' actors, by id. One that is not there refuses by itself. */
final class ContainerActors {
  /** A stop may take as long as its grace; only an actor that is gone never answers. */
  private static final Duration FOR_EVER = Duration.ofDays(20);

  private final ActorRef<ContainersActor.Command> actors;
  private final Scheduler scheduler;
  private final InstantSource clock;

  ContainerActors(
      ActorRef<ContainersActor.Command> actors, Scheduler scheduler, InstantSource clock) {
    this.actors = actors;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** Answers once the decision is recorded, or refused. */
  CompletionStage<Outcome<Container>> handle(String id, Request request, Caller caller) {
    return ask(id, replyTo -> new ContainerActor.Handle(request, caller, replyTo));
  }

  /** Answers when what was asked for has come about, or cannot. */
  CompletionStage<Outcome<Container>> carry(String id, Request request, Caller caller) {
    return ask(id, replyTo -> new ContainerActor.Carry(request, caller, replyTo));
  }

  /** Records that somebody looked; refused where there is nothing that runs to be looked at. */
  CompletionStage<Outcome<Container>> observe(String id, String action, Caller caller) {
    return handle(id, new Request.Observe(action, Map.of(), true, clock.instant()), caller);
  }

  /** For the record only: nobody waits for it. */
  void note(String id, String action, Map<String, String> attributes, Caller caller) {
    handle(id, new Request.Observe(action, attributes, false, clock.instant()), caller);
  }

  /** The wait has begun once this returns. */
  PendingExit await(String id, WaitCondition condition) {
    var waiter = new AtomicReference<ActorRef<Outcome<Container>>>();
    var exit =
        ask(
            id,
            replyTo -> {
              waiter.set(replyTo);
              return switch (condition) {
                case NOT_RUNNING -> new ContainerActor.AwaitExit(false, replyTo);
                case NEXT_EXIT -> new ContainerActor.AwaitExit(true, replyTo);
                case REMOVED -> new ContainerActor.AwaitRemoval(replyTo);
              };
            });
    return new PendingExit(
        exit.thenApply(
            outcome ->
                switch (outcome) {
                  case Outcome.Done<Container>(var ended) -> result(ended);
                  case Outcome.Unchanged<Container>(var ended) -> result(ended);
                  case Outcome.Refused<Container>(_, var message) -> new ExitResult(-1, message);
                }),
        () -> {
          if (!exit.toCompletableFuture().isDone()) {
            var replyTo = Objects.requireNonNull(waiter.get());
            actors.tell(
                new ContainersActor.Tell(new ContainerId(id), new ContainerActor.Forget(replyTo)));
          }
        });
  }

  private static ExitResult result(Container ended) {
    return new ExitResult(ended.getStatus().getExitCode(), ended.getStatus().getError());
  }

  private CompletionStage<Outcome<Container>> ask(
      String id, Function<ActorRef<Outcome<Container>>, ContainerActor.Command> command) {
    return Ask.of(
        actors,
        replyTo -> new ContainersActor.Tell(new ContainerId(id), command.apply(replyTo)),
        FOR_EVER,
        scheduler);
  }
}
