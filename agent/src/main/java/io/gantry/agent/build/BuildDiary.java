package io.gantry.agent.build;

import io.gantry.agent.Caller;
import io.gantry.persistence.event.BuildEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes down the course of one build, in its order, without holding it up: the first step that
 * does something waits until the build's beginning is on the disk; nothing is answered for a step,
 * so nobody need wait for the disk before the next. Steps that were found in the cache have done
 * nothing: they are recorded together with the next that has. {@link #settle} waits, before the
 * build's end is recorded.
 */
final class BuildDiary implements Build.Diary {
  private final BuildRecord record;
  private final String id;
  private final Caller caller;
  private final InstantSource clock;
  private final List<BuildEvent> kept = new ArrayList<>();
  private Optional<BuildRecord.Begun> begin = Optional.empty();
  private final Queue<BuildRecord.Begun> begun = new ConcurrentLinkedQueue<>();

  BuildDiary(BuildRecord record, String id, Caller caller, InstantSource clock) {
    this.record = record;
    this.id = id;
    this.caller = caller;
    this.clock = clock;
  }

  /** The first thing that is told. */
  synchronized void begin(BuildEvent.Started started) {
    begin = Optional.of(record.begin(id, List.of(started), caller));
    begun.add(begin.get());
  }

  @Override
  public void awaitBegin() throws IOException, InterruptedException {
    Optional<BuildRecord.Begun> awaited;
    synchronized (this) {
      awaited = begin;
    }
    if (awaited.isPresent()) {
      awaited.get().await();
    }
  }

  @Override
  public synchronized void stepDone(
      int step, String instruction, String key, String imageId, boolean cached) {
    kept.add(new BuildEvent.StepDone(step, instruction, key, imageId, cached, clock.instant()));
    if (!cached) {
      passOn();
    }
  }

  @Override
  public synchronized void passOn() {
    if (!kept.isEmpty()) {
      begun.add(record.begin(id, List.copyOf(kept), caller));
      kept.clear();
    }
  }

  /** Waits until all steps are on the disk. */
  void settle() throws IOException, InterruptedException {
    passOn();
    for (var one = begun.poll(); one != null; one = begun.poll()) {
      one.await();
    }
  }
}
