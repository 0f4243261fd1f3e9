package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Draining;
import io.gantry.agent.container.lifecycle.State.Intent;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Run;
import io.gantry.persistence.event.ContainerEvent.StartCause;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SnapshotsProperties {
  @Property
  void snapshotGivesBackTheState(@ForAll("states") Present state) {
    var serializer = new StateSerializer();
    assertThat(serializer.fromBinaryJava(serializer.toBinary(state), null)).isEqualTo(state);
  }

  @Provide
  Arbitrary<Present> states() {
    return Combinators.combine(facts(), runs(), wishes(), Arbitraries.of(true, false))
        .as(SnapshotsProperties::every)
        .flatMap(Arbitraries::of);
  }

  private static List<Present> every(Facts facts, Run run, Optional<Draining> wish, boolean flag) {
    return List.of(
        new State.Created(facts),
        new State.Starting(facts, run.incarnation(), StartCause.AGENT_RECOVERY, wish),
        new State.Running(facts, run, wish),
        new State.Paused(facts, run),
        new State.Backoff(facts, Duration.ofMillis(run.pid())),
        new State.Exited(facts),
        new State.Removing(facts, flag, flag ? Optional.of(run) : Optional.empty(), !flag));
  }

  private static Arbitrary<Facts> facts() {
    var names = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(10);
    return Combinators.combine(names, names.list().ofMaxSize(3), Arbitraries.of(true, false))
        .as(
            (name, layers, stopped) ->
                new Facts(
                    Container.newBuilder().setName(name).build(),
                    layers,
                    stopped,
                    Duration.ofNanos(name.length() * 1_000_000_007L),
                    execs(layers)));
  }

  private static Map<String, Exec> execs(List<String> ids) {
    var execs = new LinkedHashMap<String, Exec>();
    ids.forEach(id -> execs.put(id, Exec.newBuilder().setId(id).setExitCode(3).build()));
    return execs;
  }

  private static Arbitrary<Run> runs() {
    return Arbitraries.longs().between(1, 1L << 40).map(n -> new Run(n, n + 1, n + 2, n % 2 == 0));
  }

  private static Arbitrary<Optional<Draining>> wishes() {
    var grace = Arbitraries.longs().between(0, 1L << 40).map(Duration::ofNanos).optional();
    return Combinators.combine(grace, Arbitraries.of(Intent.values()))
        .as((length, intent) -> new Draining("SIGTERM", length, intent))
        .optional();
  }
}
