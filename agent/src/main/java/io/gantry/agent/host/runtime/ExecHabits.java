package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.protocol.v1.ExecSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * In which containers a further exec is to be expected: where two were started in short order. For
 * it a spare waits, which is the exec of whoever asks next for one with such stdio.
 */
final class ExecHabits {
  private final Map<ContainerId, Habit> containers = new ConcurrentHashMap<>();
  private final Duration shortly;

  /** An exec that nobody has asked for. */
  record Spare(String execId, ExecSpec like) {}

  /**
   * @param started the last exec; {@link System#nanoTime}
   * @param again whether the one before was shortly before it
   */
  record Habit(long started, boolean again, Optional<Spare> spare) {}

  ExecHabits(Duration shortly) {
    this.shortly = shortly;
  }

  /** An exec was started; what this returns is for {@link #expect} at its end. */
  Habit started(ContainerId id, long now) {
    return containers.merge(
        id,
        new Habit(now, false, Optional.empty()),
        (last, _) -> new Habit(now, now - last.started() < shortly.toNanos(), last.spare()));
  }

  /**
   * {@code spare} is the container's from now on. False: none is expected, or another is there, or
   * much has happened since.
   */
  boolean expect(ContainerId id, Habit since, Spare spare) {
    return since.again()
        && since.spare().isEmpty()
        && containers.replace(id, since, new Habit(since.started(), true, Optional.of(spare)));
  }

  /** Nobody else gets it. Empty: none waits that has stdio as this one is to have. */
  Optional<Spare> take(ContainerId id, ExecSpec spec) {
    var habit = containers.get(id);
    return habit == null
        ? Optional.empty()
        : habit
            .spare()
            .filter(spare -> ConmonExec.alike(spare.like(), spec))
            .filter(
                _ ->
                    containers.replace(
                        id, habit, new Habit(habit.started(), habit.again(), Optional.empty())));
  }

  /** It waits no longer. */
  void lost(ContainerId id, String execId) {
    containers.computeIfPresent(
        id,
        (_, habit) ->
            habit.spare().filter(spare -> spare.execId().equals(execId)).isPresent()
                ? new Habit(habit.started(), habit.again(), Optional.empty())
                : habit);
  }

  /** Its run has ended, or begins: what waits is of no use to it. */
  Optional<Spare> forget(ContainerId id) {
    var habit = containers.remove(id);
    return habit == null ? Optional.empty() : habit.spare();
  }
}
