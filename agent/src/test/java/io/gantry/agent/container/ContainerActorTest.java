package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.agent.container.lifecycle.Step;
import io.gantry.agent.host.Monitor;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Recorded;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ExecSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainerActorTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Caller CALLER = new Caller("r1", "unix:uid=0");

  private final ContainerId id = ContainerId.random();
  private final HeldSandbox sandbox = new HeldSandbox();
  private final Board board = new Board(new Names());
  private ActorTestKit actors;
  private PersistenceTestKit journal;
  private ActorRef<ContainersActor.Command> parent;
  private TestProbe<Outcome<Container>> client;

  @BeforeEach
  @SuppressWarnings("unchecked")
  void start() {
    actors =
        ActorTestKit.create(
            PersistenceTestKitPlugin.config()
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(
                    ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
                .withFallback(ConfigFactory.load()));
    journal = PersistenceTestKit.create(actors.system());
    parent = spawnParent(List.of());
    client = (TestProbe<Outcome<Container>>) (TestProbe<?>) actors.createTestProbe();
    ask(
        new Request.Create("web", spec(), "sha256:1", List.of(), List.of(), List.of(), NOON),
        false);
    client.receiveMessage();
  }

  @AfterEach
  void stop() {
    actors.shutdownTestKit();
  }

  private ActorRef<ContainersActor.Command> spawnParent(List<ContainerId> living) {
    var surroundings =
        new ContainerSurroundings(sandbox, board, InstantSource.fixed(NOON), new Random(1));
    var spawned = actors.spawn(ContainersActor.create(living, surroundings));
    var recovered = actors.<ContainersActor.Recovered>createTestProbe();
    spawned.tell(new ContainersActor.AwaitRecovery(recovered.ref()));
    recovered.receiveMessage();
    spawned.tell(new ContainersActor.Resume());
    return spawned;
  }

  private static ContainerSpec spec() {
    return ContainerSpec.newBuilder().setImage("busybox").putLabels("tier", "front").build();
  }

  private void ask(Request request, boolean carry) {
    parent.tell(
        new ContainersActor.Tell(
            id,
            carry
                ? new ContainerActor.Carry(request, CALLER, client.ref())
                : new ContainerActor.Handle(request, CALLER, client.ref())));
  }

  private Report.Launched launched(long incarnation) {
    return new Report.Launched(
        incarnation, 4711, 4710, Map.of(), Map.of(), List.of(), List.of(), NOON);
  }

  private void startIt() {
    ask(new Request.Start(NOON), true);
    sandbox.next().end().complete(launched(1));
    client.receiveMessage();
  }

  private Container view(Outcome<Container> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<Container>) outcome).value();
  }

  @Test
  void startIsAnsweredWhenTheProcessRuns() {
    ask(new Request.Start(NOON), true);
    var launch = sandbox.next();
    assertThat(launch.step()).isEqualTo(new Step.Launch(1));
    client.expectNoMessage();
    launch.end().complete(launched(1));
    assertThat(view(client.receiveMessage()).getStatus().getState())
        .isEqualTo(ContainerState.RUNNING);
  }

  @Test
  void aSecondStartWaitsForTheFirst() {
    ask(new Request.Start(NOON), true);
    var launch = sandbox.next();
    ask(new Request.Start(NOON), true);
    client.expectNoMessage();
    launch.end().complete(launched(1));
    assertThat(List.of(view(client.receiveMessage()), view(client.receiveMessage())))
        .allSatisfy(
            seen -> assertThat(seen.getStatus().getState()).isEqualTo(ContainerState.RUNNING));
    ask(new Request.Start(NOON), true);
    assertThat(client.receiveMessage()).isInstanceOf(Outcome.Unchanged.class);
  }

  @Test
  void theHostHearsOfAProcessThatWillComeAndOfNoneThatWillNot() {
    assertThat(sandbox.expected).as("created").hasValue(1);
    startIt();
    assertThat(sandbox.expected).as("started").hasValue(2);
    ask(new Request.Start(NOON), false);
    client.receiveMessage();
    ask(new Request.Rename("other", NOON), false);
    client.receiveMessage();
    assertThat(sandbox.expected).as("started again, renamed").hasValue(2);
  }

  @Test
  void failedStartIsRefusedWithTheHostsWords() {
    ask(new Request.Start(NOON), true);
    sandbox.next().end().complete(new Report.LaunchFailed(1, 127, "not found in $PATH", NOON));
    assertThat(client.receiveMessage())
        .isEqualTo(Outcome.refused(ErrorKind.INVALID, "not found in $PATH"));
  }

  @Test
  void stopIsAnsweredWhenTheProcessHasEnded() {
    startIt();
    ask(new Request.Stop(Optional.empty(), Optional.empty(), NOON), true);
    assertThat(sandbox.next().step()).isEqualTo(new Step.Signal(1, "SIGTERM"));
    client.expectNoMessage();
    sandbox.ended(1).complete(new Report.ProcessExited(1, 143, false, false, 0, NOON));
    assertThat(view(client.receiveMessage()).getStatus().getExitCode()).isEqualTo(143);
  }

  @Test
  void everyEntrySaysWhoAskedAndWhatItIsAbout() {
    startIt();
    assertThat(journal.persistedInStorage(ContainersActor.PREFIX + id.value()))
        .map(event -> (Recorded<?>) event)
        .allSatisfy(
            recorded -> {
              assertThat(recorded.provenance().requestId()).isEqualTo("r1");
              assertThat(recorded.subject().name()).isEqualTo("web");
              assertThat(recorded.subject().labels()).containsEntry("tier", "front");
            })
        .map(Recorded::event)
        .hasExactlyElementsOfTypes(
            ContainerEvent.Created.class,
            ContainerEvent.StartRequested.class,
            ContainerEvent.Started.class);
  }

  @Test
  void agentThatComesBackWatchesTheRunAgainAndLaunchesNothing() {
    startIt();
    actors.stop(parent);
    parent = spawnParent(List.of(id));
    assertThat(sandbox.next().step()).isEqualTo(new Step.LetRun());
    assertThat(sandbox.isIdle()).isTrue();
    sandbox.ended(1).complete(new Report.ProcessExited(1, 3, false, false, 0, NOON));
    parent.tell(new ContainersActor.Tell(id, new ContainerActor.AwaitExit(false, client.ref())));
    assertThat(view(client.receiveMessage()).getStatus().getExitCode()).isEqualTo(3);
  }

  @Test
  void agentThatDiedWhileStartingFinishesTheStart() {
    ask(new Request.Start(NOON), true);
    sandbox.next();
    actors.stop(parent);
    parent = spawnParent(List.of(id));
    assertThat(sandbox.next().step()).isEqualTo(new Step.Launch(1));
  }

  @Test
  void whatCannotBeRecordedIsAnsweredAndNotDone() {
    journal.failNextPersisted(ContainersActor.PREFIX + id.value());
    ask(new Request.Start(NOON), true);
    assertThat(client.receiveMessage()).isInstanceOf(Outcome.Refused.class);
    assertThat(sandbox.isIdle()).isTrue();
  }

  @Test
  void removedContainerIsGoneFromTheBoardWhenTheAnswerComes() {
    ask(new Request.Remove(false, false, NOON), true);
    sandbox.next().end().complete(new Report.Deleted(NOON));
    client.receiveMessage();
    assertThat(board.find(id.value())).isEmpty();
  }

  @Test
  void execThatCannotBeStartedEndsWithDockersCode() {
    startIt();
    var spec = ExecSpec.newBuilder().addCommand("nosuch").build();
    ask(new Request.CreateExec("e1", spec, NOON), false);
    client.receiveMessage();
    var runner = actors.<Outcome<Monitor.ExecStarted>>createTestProbe();
    parent.tell(
        new ContainersActor.Tell(
            id, new ContainerActor.RunExec("e1", false, CALLER, runner.ref())));
    assertThat(runner.receiveMessage()).isInstanceOf(Outcome.Refused.class);
    runner.awaitAssert(
        () -> {
          assertThat(board.exec("e1").orElseThrow().getExitCode()).isEqualTo(127);
          return null;
        });
  }

  @Test
  void stopThatARestartOvertakesIsAnsweredAtTheEndOfTheRun() {
    startIt();
    ask(new Request.Stop(Optional.empty(), Optional.empty(), NOON), true);
    sandbox.next();
    var restarter = outcomes();
    tell(
        new ContainerActor.Carry(
            new Request.Restart(Optional.empty(), Optional.empty(), NOON),
            CALLER,
            restarter.ref()));
    sandbox.next();
    sandbox.ended(1).complete(new Report.ProcessExited(1, 143, false, false, 0, NOON));
    view(client.receiveMessage());
    restarter.expectNoMessage();
  }

  @Test
  void restartThatAStopOvertakesIsRefused() {
    startIt();
    ask(new Request.Restart(Optional.empty(), Optional.empty(), NOON), true);
    sandbox.next();
    var stopper = outcomes();
    tell(
        new ContainerActor.Carry(
            new Request.Stop(Optional.empty(), Optional.empty(), NOON), CALLER, stopper.ref()));
    sandbox.next();
    sandbox.ended(1).complete(new Report.ProcessExited(1, 143, false, false, 0, NOON));
    view(stopper.receiveMessage());
    assertThat(client.receiveMessage())
        .isEqualTo(
            Outcome.refused(
                ErrorKind.CONFLICT, "container was stopped before it could start again"));
  }

  @Test
  void whoWaitsNoLongerIsForgottenAndToldSoOnce() {
    startIt();
    tell(new ContainerActor.AwaitExit(false, client.ref()));
    tell(new ContainerActor.Forget(client.ref()));
    tell(new ContainerActor.Forget(client.ref()));
    assertThat(client.receiveMessage()).isInstanceOf(Outcome.Refused.class);
    sandbox.ended(1).complete(new Report.ProcessExited(1, 0, false, false, 0, NOON));
    client.expectNoMessage();
  }

  @Test
  void whoComesTooLateForAContainerIsAnsweredNevertheless() {
    ask(new Request.Remove(false, false, NOON), true);
    sandbox.next().end().complete(new Report.Deleted(NOON));
    client.receiveMessage();
    for (var attempt = 0; attempt < 50; attempt++) {
      tell(new ContainerActor.AwaitRemoval(client.ref()));
      tell(new ContainerActor.AwaitExit(true, client.ref()));
      assertThat(view(client.receiveMessage()).getId()).isEqualTo(id.value());
      assertThat(view(client.receiveMessage()).getId()).isEqualTo(id.value());
    }
    ask(new Request.Start(NOON), true);
    assertThat(client.receiveMessage())
        .isEqualTo(Outcome.refused(ErrorKind.NOT_FOUND, "No such container: " + id.value()));
  }

  @Test
  void launchThatDiesOfABugIsAFailedStart() {
    ask(new Request.Start(NOON), true);
    sandbox.next().end().completeExceptionally(new StackOverflowError("deep"));
    assertThat(client.receiveMessage()).isEqualTo(Outcome.refused(ErrorKind.INTERNAL, "deep"));
  }

  private void tell(ContainerActor.Command command) {
    parent.tell(new ContainersActor.Tell(id, command));
  }

  private TestProbe<Outcome<Container>> outcomes() {
    return actors.createTestProbe();
  }
}
