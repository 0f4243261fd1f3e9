package io.gantry.agent.build;

import io.gantry.agent.Caller;
import io.gantry.persistence.event.BuildEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes down the steps of one build, in their order, without holding it up: nothing is answered
 * for a step, so nobody need wait for the disk before the next. {@link #settle} does, before the
 * build's end is recorded.
 */
final class BuildDiary implements Build.Diary {
  private final BuildRecord record;
  private final String id;
  private final Caller caller;
  private final InstantSource clock;
  private final Queue<BuildRecord.Begun> begun = new ConcurrentLinkedQueue<>();

  BuildDiary(BuildRecord record, String id, Caller caller, InstantSource clock) {
    this.record = record;
    this.id = id;
    this.caller = caller;
    this.clock = clock;
  }

  @Override
  public void stepDone(int step, String instruction, String key, String imageId, boolean cached) {
    begun.add(
        record.begin(
            id,
            new BuildEvent.StepDone(step, instruction, key, imageId, cached, clock.instant()),
            caller));
  }

  /** Waits until all steps are on the disk. */
  void settle() throws IOException, InterruptedException {
    for (var one = begun.poll(); one != null; one = begun.poll()) {
      one.await();
    }
  }
}
