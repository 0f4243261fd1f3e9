package io.gantry.persistence.schema;

import static io.gantry.persistence.schema.Times.at;
import static io.gantry.protocol.Moments.timestamp;

import io.gantry.persistence.event.ImageEvent;
import io.gantry.protocol.v1.ImageAddedEvent;
import io.gantry.protocol.v1.ImageDeletedEvent;
import io.gantry.protocol.v1.ImagePulledEvent;
import io.gantry.protocol.v1.ImagePushedEvent;
import io.gantry.protocol.v1.ImageTaggedEvent;
import io.gantry.protocol.v1.ImageUntaggedEvent;
import io.gantry.protocol.v1.JournalEntry;

/** {@link ImageEvent} to protobuf and back. */
final class ImageEventSchema {
  private ImageEventSchema() {}

  static void write(ImageEvent event, JournalEntry.Builder entry) {
    switch (event) {
      case ImageEvent.Added(var imageId, var how, var parentId, var at) ->
          entry.setImageAdded(
              ImageAddedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setImageId(imageId)
                  .setHow(how)
                  .setParentId(parentId));
      case ImageEvent.Tagged(var reference, var imageId, var at) ->
          entry.setImageTagged(
              ImageTaggedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setReference(reference)
                  .setImageId(imageId));
      case ImageEvent.Untagged(var reference, var imageId, var at) ->
          entry.setImageUntagged(
              ImageUntaggedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setReference(reference)
                  .setImageId(imageId));
      case ImageEvent.Pulled(
              var imageId,
              var reference,
              var digest,
              var manifest,
              var verdict,
              var at) ->
          entry.setImagePulled(
              ImagePulledEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setImageId(imageId)
                  .setReference(reference)
                  .setDigest(digest)
                  .setManifest(manifest)
                  .setVerdict(verdict));
      case ImageEvent.Pushed(var imageId, var reference, var digest, var at) ->
          entry.setImagePushed(
              ImagePushedEvent.newBuilder()
                  .setAt(timestamp(at))
                  .setImageId(imageId)
                  .setReference(reference)
                  .setDigest(digest));
      case ImageEvent.Deleted(var imageId, var at) ->
          entry.setImageDeleted(
              ImageDeletedEvent.newBuilder().setAt(timestamp(at)).setImageId(imageId));
    }
  }

  static ImageEvent read(JournalEntry entry) {
    return switch (entry.getEventCase()) {
      case IMAGE_ADDED -> {
        var event = entry.getImageAdded();
        yield new ImageEvent.Added(
            event.getImageId(),
            event.getHow(),
            event.getParentId(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case IMAGE_TAGGED -> {
        var event = entry.getImageTagged();
        yield new ImageEvent.Tagged(
            event.getReference(), event.getImageId(), at(event.hasAt(), event.getAt(), entry));
      }
      case IMAGE_UNTAGGED -> {
        var event = entry.getImageUntagged();
        yield new ImageEvent.Untagged(
            event.getReference(), event.getImageId(), at(event.hasAt(), event.getAt(), entry));
      }
      case IMAGE_DELETED -> {
        var event = entry.getImageDeleted();
        yield new ImageEvent.Deleted(event.getImageId(), at(event.hasAt(), event.getAt(), entry));
      }
      case IMAGE_PULLED -> {
        var event = entry.getImagePulled();
        yield new ImageEvent.Pulled(
            event.getImageId(),
            event.getReference(),
            event.getDigest(),
            event.getManifest(),
            event.getVerdict(),
            at(event.hasAt(), event.getAt(), entry));
      }
      case IMAGE_PUSHED -> {
        var event = entry.getImagePushed();
        yield new ImageEvent.Pushed(
            event.getImageId(),
            event.getReference(),
            event.getDigest(),
            at(event.hasAt(), event.getAt(), entry));
      }
      default -> throw EventSchema.notOf("image", entry);
    };
  }
}
