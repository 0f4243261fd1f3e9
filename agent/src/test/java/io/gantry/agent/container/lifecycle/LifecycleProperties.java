package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Samples.NOON;
import static io.gantry.agent.container.lifecycle.Samples.launched;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ResourceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is asked and whatever happens, in any order. */
class LifecycleProperties {
  /** A request or a report. */
  sealed interface Input {
    record Asked(Request request) implements Input {}

    record Told(Report report) implements Input {}
  }

  @Property(tries = 2000)
  void replayGivesTheLiveState(
      @ForAll("inputs") List<Input> inputs, @ForAll("policies") String policy) {
    var run = run(policy, inputs);
    var replayed = start();
    for (var event : run.events) {
      replayed = Lifecycle.apply(replayed, event);
    }
    assertThat(replayed).isEqualTo(run.state);
  }

  @Property(tries = 2000)
  void nothingIsDoneAfterTheRemoval(
      @ForAll("inputs") List<Input> inputs, @ForAll("policies") String policy) {
    var run = run(policy, inputs);
    var gone = run.events.stream().map(ContainerEvent::endsEntity).toList().indexOf(true);
    if (gone >= 0) {
      assertThat(run.events).hasSize(gone + 1);
      assertThat(Lifecycle.pending(run.state)).isEmpty();
    }
  }

  @Property(tries = 2000)
  void noTwoLaunchesAreOfTheSameRun(
      @ForAll("inputs") List<Input> inputs, @ForAll("policies") String policy) {
    assertThat(run(policy, inputs).steps.stream().filter(Step.Launch.class::isInstance).toList())
        .doesNotHaveDuplicates();
  }

  @Property(tries = 2000)
  void aRunEndsAtMostOnce(@ForAll("inputs") List<Input> inputs, @ForAll("policies") String policy) {
    assertThat(
            run(policy, inputs).events.stream()
                .filter(ContainerEvent.Exited.class::isInstance)
                .map(event -> ((ContainerEvent.Exited) event).incarnation()))
        .doesNotHaveDuplicates();
  }

  @Property(tries = 2000)
  void runningHasAPidAndTheOthersHaveNone(
      @ForAll("inputs") List<Input> inputs, @ForAll("policies") String policy) {
    switch (run(policy, inputs).state) {
      case State.Running running -> assertThat(running.view().getStatus().getPid()).isNotZero();
      case State.Paused paused -> assertThat(paused.view().getStatus().getPid()).isNotZero();
      case State.Created created -> assertThat(created.view().getStatus().getPid()).isZero();
      case State.Exited exited -> assertThat(exited.view().getStatus().getPid()).isZero();
      case State.Backoff backoff -> assertThat(backoff.view().getStatus().getPid()).isZero();
      case State.Starting starting -> assertThat(starting.view().getStatus().getPid()).isZero();
      case State.Removing _, State.Gone _, State.Absent _ -> {}
    }
  }

  private static final class Run {
    private State state = start();
    private final List<ContainerEvent> events = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    private void take(Accepted accepted) {
      for (var event : accepted.events()) {
        state = Lifecycle.apply(state, event);
        events.add(event);
      }
      steps.addAll(accepted.steps());
    }
  }

  private static State start() {
    return new State.Absent(Samples.ID);
  }

  private static Run run(String policy, List<Input> inputs) {
    var run = new Run();
    var create =
        new Request.Create(
            "web",
            Samples.withPolicy(policy, 0),
            "sha256:1",
            List.of(),
            List.of(),
            List.of(),
            NOON);
    run.take((Accepted) Lifecycle.decide(run.state, create));
    for (var input : inputs) {
      switch (input) {
        case Input.Asked(var request) -> {
          if (Lifecycle.decide(run.state, request) instanceof Accepted accepted) {
            run.take(accepted);
          }
        }
        case Input.Told(var report) -> run.take(Lifecycle.observe(run.state, report));
      }
    }
    return run;
  }

  @Provide
  Arbitrary<String> policies() {
    return Arbitraries.of("no", "always", "unless-stopped", "on-failure");
  }

  @Provide
  Arbitrary<List<Input>> inputs() {
    return Arbitraries.<Input>oneOf(
            requests().map(Input.Asked::new), reports().map(Input.Told::new))
        .list()
        .ofMaxSize(40);
  }

  private static Arbitrary<Request> requests() {
    return Arbitraries.of(
        new Request.Start(NOON),
        new Request.Start(NOON),
        Samples.stop(),
        new Request.Restart(Optional.empty(), Optional.empty(), NOON),
        new Request.Kill("SIGKILL", NOON),
        new Request.Kill("SIGHUP", NOON),
        new Request.Pause(NOON),
        new Request.Unpause(NOON),
        new Request.Rename("other", NOON),
        new Request.Update(
            Optional.of(ResourceSpec.newBuilder().setMemoryBytes(1 << 26).build()),
            Optional.empty(),
            NOON),
        new Request.Shutdown(NOON),
        Samples.remove(false),
        Samples.remove(true),
        new Request.CreateExec("e1", ExecSpec.getDefaultInstance(), NOON),
        new Request.StartExec("e1", NOON),
        new Request.Observe("attach", Map.of(), false, NOON));
  }

  private static Arbitrary<Report> reports() {
    return Arbitraries.longs()
        .between(1, 4)
        .flatMap(
            run ->
                Arbitraries.of(
                    launched(run),
                    launched(run),
                    new Report.LaunchFailed(run, 127, "not found", NOON),
                    Samples.exit(run, 0, NOON),
                    Samples.exit(run, 1, NOON),
                    new Report.GraceElapsed(run, NOON),
                    new Report.BackoffElapsed((int) (long) run, NOON),
                    new Report.ExecEnded("e1", 0, NOON),
                    new Report.Frozen(NOON),
                    new Report.Thawed(NOON),
                    new Report.Deleted(NOON),
                    new Report.DeleteFailed("busy", NOON),
                    new Report.AgentReturned(NOON)));
  }
}
