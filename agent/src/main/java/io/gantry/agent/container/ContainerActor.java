package io.gantry.agent.container;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.Waiter.Happening;
import io.gantry.agent.container.Waiter.Until;
import io.gantry.agent.container.lifecycle.Decision;
import io.gantry.agent.container.lifecycle.Lifecycle;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Absent;
import io.gantry.agent.container.lifecycle.State.Gone;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.Step;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.record.Unanswered;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** One container: decides by {@link Lifecycle}, records, then lets the {@link Sandbox} act. */
public final class ContainerActor
    extends EventSourcedBehavior<ContainerActor.Command, Recorded<ContainerEvent>, State> {
  private static final Duration RESTART_AFTER = Duration.ofMillis(200);
  private static final Duration RESTART_AT_MOST_AFTER = Duration.ofSeconds(10);

  private static final int EVENTS_A_SNAPSHOT = 200;
  private static final int SNAPSHOTS_KEPT = 2;

  /** What may be said to a container. */
  public sealed interface Command {}

  /** Answers once the decision is recorded, or refused. */
  public record Handle(Request request, Caller caller, ActorRef<Outcome<Container>> replyTo)
      implements Command {}

  /** As {@link Handle}, but answers when what was asked for has come about, or cannot. */
  public record Carry(Request request, Caller caller, ActorRef<Outcome<Container>> replyTo)
      implements Command {}

  /** Answers when it does not run, or at its next exit. */
  public record AwaitExit(boolean next, ActorRef<Outcome<Container>> replyTo) implements Command {}

  public record AwaitRemoval(ActorRef<Outcome<Container>> replyTo) implements Command {}

  /**
   * Whoever waited by {@link AwaitExit} or {@link AwaitRemoval} is gone; refused to be done with.
   */
  public record Forget(ActorRef<Outcome<Container>> replyTo) implements Command {}

  /** From the parent, which sends nothing more: it may end. */
  record Leave() implements Command {}

  /** From the container's own children: a probe's result, an exec's end. */
  record Learnt(Report report) implements Command {}

  /** Starts a recorded exec; answers with its stdio. */
  public record RunExec(
      String execId, boolean detach, Caller caller, ActorRef<Outcome<Monitor.ExecStarted>> replyTo)
      implements Command {}

  /**
   * From the parent, once it may act. {@code agentReturned}: for the first time since the agent's
   * start.
   */
  record Resume(boolean agentReturned) implements Command {}

  /** A removal that did not end is tried again. */
  record DeleteAgain(Provenance provenance) implements Command {}

  private record Reported(Report report, Optional<Step> step, Provenance provenance)
      implements Command {}

  private final ActorContext<Command> context;
  private final ContainerId id;
  private final ContainerSurroundings surroundings;
  private final InstantSource clock;
  private final StepRunner steps;
  private final ActorRef<ContainersActor.Command> parent;
  private final List<Waiter> waiters = new ArrayList<>();
  private final Unanswered unanswered;

  public static Behavior<Command> create(
      ContainerId id,
      ContainerSurroundings surroundings,
      ActorRef<ContainersActor.Command> parent) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new ContainerActor(context, timers, id, surroundings, parent)));
  }

  private ContainerActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ContainerId id,
      ContainerSurroundings surroundings,
      ActorRef<ContainersActor.Command> parent) {
    super(
        PersistenceId.ofUniqueId(ContainersActor.PREFIX + id.value()),
        SupervisorStrategy.restartWithBackoff(RESTART_AFTER, RESTART_AT_MOST_AFTER, 0.1));
    this.context = context;
    this.id = id;
    this.surroundings = surroundings;
    this.parent = parent;
    this.clock = surroundings.clock();
    this.unanswered =
        new Unanswered(
            context.getSystem(), persistenceId().id(), "container %s".formatted(id.abbreviated()));
    this.steps =
        new StepRunner(
            context,
            timers,
            id,
            surroundings,
            (step, provenance, report) -> new Reported(report, Optional.of(step), provenance));
  }

  @Override
  public State emptyState() {
    return new Absent(id.value());
  }

  @Override
  public CommandHandler<Command, Recorded<ContainerEvent>, State> commandHandler() {
    return this::onCommand;
  }

  @Override
  public EventHandler<State, Recorded<ContainerEvent>> eventHandler() {
    return (state, recorded) -> Lifecycle.apply(state, recorded.event());
  }

  /**
   * Health checks and restarts go on for years; their replay must not. The record keeps every
   * event.
   */
  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(EVENTS_A_SNAPSHOT, SNAPSHOTS_KEPT);
  }

  @Override
  public SignalHandler<State> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, _) -> onRecovered(state))
        .onSignal(PreRestart.class, (_, _) -> answerAll())
        .onSignal(PostStop.class, (_, _) -> answerAll())
        .build();
  }

  private Effect<Recorded<ContainerEvent>, State> onCommand(State state, Command command) {
    return switch (command) {
      case Handle(var request, var caller, var replyTo) ->
          onRequest(state, request, caller, replyTo, false);
      case Carry(var request, var caller, var replyTo) ->
          onRequest(state, request, caller, replyTo, true);
      case AwaitExit(var next, var replyTo) ->
          await(
              state,
              new Waiter(next ? new Until.NextExit() : new Until.Stopped(), replyTo),
              next && state instanceof Present);
      case AwaitRemoval(var replyTo) ->
          await(state, new Waiter(new Until.Gone(), replyTo), !(state instanceof Gone));
      case Forget(var replyTo) -> Effect().none().thenRun(_ -> forget(replyTo));
      case Leave() -> Effect().stop();
      case RunExec(var execId, var detach, var caller, var replyTo) ->
          onRunExec(state, execId, detach, caller, replyTo);
      case Resume(var agentReturned) -> onResume(state, agentReturned);
      case DeleteAgain(var provenance) -> onDeleteAgain(state, provenance);
      case Learnt(var report) -> onReport(state, report, Optional.empty(), Provenance.ENGINE);
      case Reported(var report, var step, var provenance) ->
          onReport(state, report, step, provenance);
    };
  }

  private Effect<Recorded<ContainerEvent>, State> onRequest(
      State state,
      Request request,
      Caller caller,
      ActorRef<Outcome<Container>> replyTo,
      boolean carry) {
    return switch (Lifecycle.decide(state, request)) {
      case Decision.Accepted accepted -> {
        Ahead.begin(request, state, surroundings.sandbox());
        var provenance = new Provenance(caller.requestId(), caller.principal(), 0);
        unanswered.await(replyTo);
        yield carryOut(
            state,
            accepted,
            provenance,
            next -> {
              unanswered.recorded();
              var until = carry ? Carrying.until(request, accepted) : Optional.<Until>empty();
              until.ifPresentOrElse(
                  condition -> waiters.add(new Waiter(condition, replyTo)),
                  () -> replyTo.tell(Outcome.done(view(next))));
            },
            Optional.empty(),
            Optional.empty());
      }
      case Decision.Unchanged _ ->
          Effect().none().thenRun(_ -> join(state, request, replyTo, carry));
      case Decision.Refused(var kind, var message) ->
          Effect().none().thenRun(_ -> replyTo.tell(Outcome.refused(kind, message)));
    };
  }

  private void join(
      State state, Request request, ActorRef<Outcome<Container>> replyTo, boolean carry) {
    var until = carry ? Carrying.underWay(request, state) : Optional.<Until>empty();
    until.ifPresentOrElse(
        condition -> waiters.add(new Waiter(condition, replyTo)),
        () -> replyTo.tell(new Outcome.Unchanged<>(view(state))));
  }

  private Effect<Recorded<ContainerEvent>, State> onReport(
      State state, Report report, Optional<Step> step, Provenance provenance) {
    if (report instanceof Report.StepFailed(var failed, _, var message, _)) {
      context.getLog().warn("{} of container {} failed: {}", failed, id.abbreviated(), message);
    }
    return carryOut(
        state, Lifecycle.observe(state, report), provenance, _ -> {}, step, Optional.of(report));
  }

  /**
   * Records, publishes, answers who waits, then acts: in this order, so that an answer is never
   * ahead of the record.
   */
  private Effect<Recorded<ContainerEvent>, State> carryOut(
      State state,
      Decision.Accepted accepted,
      Provenance provenance,
      Consumer<State> first,
      Optional<Step> step,
      Optional<Report> report) {
    var events =
        accepted.events().stream()
            .map(
                event ->
                    new Recorded<ContainerEvent>(event, Subjects.of(state, event, id), provenance))
            .toList();
    var effect =
        Effect()
            .persist(events)
            .thenRun(
                next -> {
                  surroundings.board().publish(id, next);
                  first.accept(next);
                  var happening = new Happening(next, accepted.events(), step, report);
                  waiters.removeIf(waiter -> waiter.answer(happening));
                  var because =
                      new Provenance(
                          provenance.requestId(),
                          provenance.principal(),
                          lastSequenceNumber(context));
                  accepted.steps().forEach(one -> steps.begin(one, next, because));
                });
    return accepted.events().stream().anyMatch(ContainerEvent::endsEntity)
        ? effect.thenRun(_ -> leave())
        : effect;
  }

  /** What is said to it until the parent has heard is still answered. */
  private void leave() {
    parent.tell(new ContainersActor.Leaves(id));
  }

  private void forget(ActorRef<Outcome<Container>> replyTo) {
    if (waiters.removeIf(waiter -> waiter.replyTo().equals(replyTo))) {
      replyTo.tell(Outcome.refused(ErrorKind.UNAVAILABLE, "nobody waits for this any more"));
    }
  }

  private Effect<Recorded<ContainerEvent>, State> await(State state, Waiter waiter, boolean keep) {
    return Effect()
        .none()
        .thenRun(
            _ -> {
              var now = new Happening(state, List.of(), Optional.empty(), Optional.empty());
              if (keep || !waiter.answer(now)) {
                waiters.add(waiter);
              }
            });
  }

  private void onRecovered(State state) {
    surroundings.board().publish(id, state);
    parent.tell(new ContainersActor.HasRecovered(id));
  }

  private Effect<Recorded<ContainerEvent>, State> onResume(State state, boolean agentReturned) {
    if (!(state instanceof Present)) {
      // Its creation could not be recorded, and its client was told; or it is gone, and somebody
      // asked for it a moment too late.
      return Effect().none().thenRun(_ -> leave());
    }
    var because = new Provenance("", Provenance.ENGINE.principal(), lastSequenceNumber(context));
    Lifecycle.pending(state).forEach(step -> steps.begin(step, state, because));
    return agentReturned
        ? onReport(state, new Report.AgentReturned(clock.instant()), Optional.empty(), because)
        : Effect().none();
  }

  private Effect<Recorded<ContainerEvent>, State> onDeleteAgain(
      State state, Provenance provenance) {
    if (state instanceof State.Removing removing) {
      steps.begin(new Step.Delete(removing.volumes()), state, provenance);
    }
    return Effect().none();
  }

  private Effect<Recorded<ContainerEvent>, State> onRunExec(
      State state,
      String execId,
      boolean detach,
      Caller caller,
      ActorRef<Outcome<Monitor.ExecStarted>> replyTo) {
    var request = new Request.StartExec(execId, clock.instant());
    return switch (Lifecycle.decide(state, request)) {
      case Decision.Accepted accepted -> {
        Ahead.begin(request, state, surroundings.sandbox());
        unanswered.await(replyTo);
        yield carryOut(
            state,
            accepted,
            new Provenance(caller.requestId(), caller.principal(), 0),
            next -> {
              unanswered.recorded();
              spawnExec(next, execId, detach, replyTo);
            },
            Optional.empty(),
            Optional.empty());
      }
      case Decision.Unchanged _ -> Effect().none();
      case Decision.Refused(var kind, var message) ->
          Effect().none().thenRun(_ -> replyTo.tell(Outcome.refused(kind, message)));
    };
  }

  private void spawnExec(
      State state, String execId, boolean detach, ActorRef<Outcome<Monitor.ExecStarted>> replyTo) {
    if (state instanceof Present present) {
      var exec = Objects.requireNonNull(present.facts().execs().get(execId));
      context.spawn(
          ExecActor.create(
              present.view(),
              detach ? detached(exec) : exec,
              surroundings,
              context.getSelf(),
              replyTo),
          "exec-" + execId);
    }
  }

  /** Nobody will read what it writes, and nobody types. */
  private static Exec detached(Exec exec) {
    return exec.toBuilder()
        .setSpec(
            exec.getSpec().toBuilder()
                .setAttachStdin(false)
                .setAttachStdout(false)
                .setAttachStderr(false))
        .build();
  }

  private void answerAll() {
    var refused = Outcome.<Container>refused(ErrorKind.INTERNAL, unanswered.refuse());
    waiters.forEach(waiter -> waiter.replyTo().tell(refused));
    waiters.clear();
  }

  private static Container view(State state) {
    return switch (state) {
      case Present present -> present.view();
      case Gone(var last) -> last;
      case Absent(var id) -> Container.newBuilder().setId(id).build();
    };
  }
}
