package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.PullEvent;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.PullEndedEvent;
import io.gantry.protocol.v1.PullLayerStoredEvent;
import io.gantry.protocol.v1.PullRequestedEvent;
import io.gantry.protocol.v1.PullResolvedEvent;
import java.util.List;

/** {@link PullEvent} to protobuf and back. */
final class PullEventSchema {
  private PullEventSchema() {}

  static void write(PullEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case PullEvent.Requested(var reference, var platform, var anonymous, var at) ->
          entry.setPullRequested(
              PullRequestedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setReference(reference)
                  .setPlatform(platform)
                  .setAnonymous(anonymous));
      case PullEvent.Resolved(
              var digest,
              var manifest,
              var imageId,
              var layers,
              var verdict,
              var at) ->
          entry.setPullResolved(
              PullResolvedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setDigest(digest)
                  .setManifest(manifest)
                  .setImageId(imageId)
                  .addAllLayers(layers)
                  .setVerdict(verdict));
      case PullEvent.LayerStored(var layer, var at) ->
          entry.setPullLayerStored(
              PullLayerStoredEvent.newBuilder().setAt(timestamp(at)).setLayer(layer));
      case PullEvent.Ended(var outcome, var imageId, var message, var at) ->
          entry.setPullEnded(
              PullEndedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setOutcome(outcome)
                  .setImageId(imageId)
                  .setMessage(message));
    }
  }

  static PullEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case PULL_REQUESTED -> {
        var event = entry.getPullRequested();
        yield new PullEvent.Requested(
            event.getReference(),
            event.getPlatform(),
            event.getAnonymous(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case PULL_RESOLVED -> {
        var event = entry.getPullResolved();
        yield new PullEvent.Resolved(
            event.getDigest(),
            event.getManifest(),
            event.getImageId(),
            List.copyOf(event.getLayersList()),
            event.getVerdict(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case PULL_LAYER_STORED -> {
        var event = entry.getPullLayerStored();
        yield new PullEvent.LayerStored(event.getLayer(), at(event.hasAt(), event.getAt(), entry));
      }
      case PULL_ENDED -> {
        var event = entry.getPullEnded();
        yield new PullEvent.Ended(
            event.getOutcome(),
            event.getImageId(),
            event.getMessage(),
            at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("pull", entry);
    };
  }
}
