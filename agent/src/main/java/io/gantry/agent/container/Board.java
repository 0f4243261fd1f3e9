package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Absent;
import io.gantry.agent.container.lifecycle.State.Gone;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.HealthStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;

/**
 * What every container last published of itself. Read by anyone at any time without asking an
 * actor.
 */
public final class Board {
  private final ConcurrentSkipListMap<String, Facts> facts = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<String, String> containerOfExec = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Long> pidOfExec = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, CompletableFuture<Void>> endOfExec =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Probed> probes = new ConcurrentHashMap<>();
  private final Names names;
  private final BiConsumer<ContainerId, State> watcher;

  /** The health of one run, with results that are not worth a record. */
  private record Probed(long incarnation, HealthStatus health) {}

  public Board(Names names) {
    this(names, (_, _) -> {});
  }

  /** {@code watcher} hears of each state before anyone may read it here; it must not wait. */
  public Board(Names names, BiConsumer<ContainerId, State> watcher) {
    this.names = names;
    this.watcher = watcher;
  }

  void publish(ContainerId id, State state) {
    watcher.accept(id, state);
    switch (state) {
      case Absent _ -> {}
      case Present present -> put(id, present.facts());
      case Gone _ -> {
        probes.remove(id.value());
        var last = facts.remove(id.value());
        if (last != null) {
          names.free(last.container().getName(), id.value());
          last.execs().keySet().forEach(this::forget);
        }
      }
    }
  }

  private void put(ContainerId id, Facts recorded) {
    var now = withProbes(recorded);
    var before = facts.put(id.value(), now);
    if (before == null) {
      names.take(now.container().getName(), id.value());
    }
    if (before == null || before.execs() != now.execs()) {
      now.execs().keySet().forEach(exec -> containerOfExec.put(exec, id.value()));
      if (before != null) {
        before.execs().keySet().stream()
            .filter(exec -> !now.execs().containsKey(exec))
            .forEach(this::forget);
      }
      now.execs().values().stream()
          .filter(exec -> !exec.getRunning())
          .forEach(exec -> completeEnd(exec.getId()));
    }
  }

  /** A probe's result. The status itself is shown only once it is recorded. */
  void probed(String id, long incarnation, HealthStatus health) {
    if (facts.containsKey(id)) {
      probes.put(id, new Probed(incarnation, health));
    }
    facts.computeIfPresent(id, (_, now) -> withProbes(now));
  }

  private Facts withProbes(Facts now) {
    var status = now.container().getStatus();
    var probed = probes.get(now.container().getId());
    return probed == null || !status.hasHealth() || status.getIncarnation() != probed.incarnation()
        ? now
        : now.with(
            builder ->
                builder.setHealth(
                    probed.health().toBuilder().setStatus(status.getHealth().getStatus())));
  }

  void execRuns(String execId, long pid) {
    pidOfExec.put(execId, pid);
  }

  void execEnded(String execId) {
    pidOfExec.remove(execId);
  }

  private void forget(String execId) {
    containerOfExec.remove(execId);
    pidOfExec.remove(execId);
    completeEnd(execId);
  }

  private void completeEnd(String execId) {
    var end = endOfExec.remove(execId);
    if (end != null) {
      end.complete(null);
    }
  }

  /** Completes once {@link #exec} tells how it ended, or the exec is forgotten. */
  public CompletionStage<Void> endOfExec(String execId) {
    var end = endOfExec.computeIfAbsent(execId, _ -> new CompletableFuture<>());
    if (exec(execId).map(exec -> !exec.getRunning()).orElse(true)) {
      completeEnd(execId);
    }
    return end;
  }

  public Optional<Container> find(String id) {
    return facts(id).map(Facts::container);
  }

  public Optional<Facts> facts(String id) {
    return Optional.ofNullable(facts.get(id));
  }

  public Optional<Container> named(String name) {
    return names.id(name).flatMap(this::find);
  }

  /** The only container whose id begins so; empty when there is none or more than one. */
  public Optional<Container> byPrefix(String prefix) {
    var matching = facts.subMap(prefix, true, prefix + "g", false).values();
    var candidates = matching.stream().limit(2).toList();
    return candidates.size() == 1
        ? Optional.of(candidates.getFirst().container())
        : Optional.empty();
  }

  /** More than one container's id begins so. */
  public boolean isAmbiguous(String prefix) {
    return facts.subMap(prefix, true, prefix + "g", false).size() > 1;
  }

  public Collection<Facts> all() {
    return List.copyOf(facts.values());
  }

  public Collection<Container> list() {
    return facts.values().stream().map(Facts::container).toList();
  }

  public Optional<Exec> exec(String execId) {
    return Optional.ofNullable(containerOfExec.get(execId))
        .flatMap(this::facts)
        .map(container -> container.execs().get(execId))
        .map(exec -> exec.toBuilder().setPid(pidOfExec.getOrDefault(execId, 0L)).build());
  }
}
