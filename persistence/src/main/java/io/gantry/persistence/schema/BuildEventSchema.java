package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.BuildEvent;
import io.gantry.protocol.v1.BuildFailedEvent;
import io.gantry.protocol.v1.BuildStartedEvent;
import io.gantry.protocol.v1.BuildStepDoneEvent;
import io.gantry.protocol.v1.BuildSucceededEvent;
import io.gantry.protocol.v1.JournalEntry;
import java.util.List;

/** {@link BuildEvent} to protobuf and back. */
final class BuildEventSchema {
  private BuildEventSchema() {}

  static void write(BuildEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case BuildEvent.Started(var tags, var target, var steps, var at) ->
          entry.setBuildStarted(
              BuildStartedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .addAllTags(tags)
                  .setTarget(target)
                  .setSteps(steps));
      case BuildEvent.StepDone(
              var step,
              var instruction,
              var cacheKey,
              var imageId,
              var cached,
              var at) ->
          entry.setBuildStepDone(
              BuildStepDoneEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setStep(step)
                  .setInstruction(instruction)
                  .setCacheKey(cacheKey)
                  .setImageId(imageId)
                  .setCached(cached));
      case BuildEvent.Succeeded(var imageId, var at) ->
          entry.setBuildSucceeded(
              BuildSucceededEvent.newBuilder().setAt(timestamp(at)).setImageId(imageId));
      case BuildEvent.Failed(var message, var cancelled, var at) ->
          entry.setBuildFailed(
              BuildFailedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setMessage(message)
                  .setCancelled(cancelled));
    }
  }

  static BuildEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case BUILD_STARTED -> {
        var event = entry.getBuildStarted();
        yield new BuildEvent.Started(
            List.copyOf(event.getTagsList()),
            event.getTarget(),
            event.getSteps(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case BUILD_STEP_DONE -> {
        var event = entry.getBuildStepDone();
        yield new BuildEvent.StepDone(
            event.getStep(),
            event.getInstruction(),
            event.getCacheKey(),
            event.getImageId(),
            event.getCached(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case BUILD_SUCCEEDED -> {
        var event = entry.getBuildSucceeded();
        yield new BuildEvent.Succeeded(event.getImageId(), at(event.hasAt(), event.getAt(), entry));
      }
      case BUILD_FAILED -> {
        var event = entry.getBuildFailed();
        yield new BuildEvent.Failed(
            event.getMessage(), event.getCancelled(), at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("build", entry);
    };
  }
}
