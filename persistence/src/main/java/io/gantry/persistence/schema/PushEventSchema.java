package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.PushEvent;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.PushEndedEvent;
import io.gantry.protocol.v1.PushLayerSentEvent;
import io.gantry.protocol.v1.PushRequestedEvent;

/** {@link PushEvent} to protobuf and back. */
final class PushEventSchema {
  private PushEventSchema() {}

  static void write(PushEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case PushEvent.Requested(var reference, var imageId, var at) ->
          entry.setPushRequested(
              PushRequestedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setReference(reference)
                  .setImageId(imageId));
      case PushEvent.LayerSent(var layer, var blob, var how, var at) ->
          entry.setPushLayerSent(
              PushLayerSentEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setLayer(layer)
                  .setBlob(blob)
                  .setHow(how));
      case PushEvent.Ended(var outcome, var digest, var message, var at) ->
          entry.setPushEnded(
              PushEndedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setOutcome(outcome)
                  .setDigest(digest)
                  .setMessage(message));
    }
  }

  static PushEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case PUSH_REQUESTED -> {
        var event = entry.getPushRequested();
        yield new PushEvent.Requested(
            event.getReference(), event.getImageId(), at(event.hasAt(), event.getAt(), entry));
      }
      case PUSH_LAYER_SENT -> {
        var event = entry.getPushLayerSent();
        yield new PushEvent.LayerSent(
            event.getLayer(),
            event.getBlob(),
            event.getHow(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case PUSH_ENDED -> {
        var event = entry.getPushEnded();
        yield new PushEvent.Ended(
            event.getOutcome(),
            event.getDigest(),
            event.getMessage(),
            at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("push", entry);
    };
  }
}
