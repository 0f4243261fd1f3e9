package io.gantry.agent.build;

import io.gantry.agent.Caller;
import io.gantry.persistence.event.BuildEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes down the steps of one build, in their order, without holding it up: nothing is answered
 * for a step, so nobody need wait for the disk before the next. Steps that were found in the cache
 * have done nothing: they are recorded together with the next that has. {@link #settle} waits,
 * before the build's end is recorded.
 */
final class BuildDiary implements Build.Diary {
  private final BuildRecord record;
  private final String id;
  private final Caller caller;
  private final InstantSource clock;
  private final List<BuildEvent> kept = new ArrayList<>();
  private final Queue<BuildRecord.Begun> begun = new ConcurrentLinkedQueue<>();

  BuildDiary(BuildRecord record, String id, Caller caller, InstantSource clock) {
    this.record = record;
    this.id = id;
    this.caller = caller;
    this.clock = clock;
  }

  @Override
  public synchronized void stepDone(
      int step, String instruction, String key, String imageId, boolean cached) {
    kept.add(new BuildEvent.StepDone(step, instruction, key, imageId, cached, clock.instant()));
    if (!cached) {
      passOn();
    }
  }

  /** What is kept is on its way to the disk, before anything that is recorded after this. */
  synchronized void passOn() {
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
