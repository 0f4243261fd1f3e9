package io.gantry.persistence.event;

import java.time.Instant;
import java.util.List;

/** What can happen to a pull: one image on its way from a registry. */
public sealed interface PullEvent extends Event {
  Instant at();

  /**
   * @param reference fully normalised, with a tag or a digest
   * @param anonymous nobody's name was shown to the registry
   */
  record Requested(String reference, String platform, boolean anonymous, Instant at)
      implements PullEvent {}

  /**
   * The manifest and the configuration are in the content store.
   *
   * @param digest what the reference names: a manifest or an index
   * @param manifest of this image
   * @param layers their diff ids, lowest first
   * @param verdict what the policy of signatures said
   */
  record Resolved(
      String digest,
      String manifest,
      String imageId,
      List<String> layers,
      String verdict,
      Instant at)
      implements PullEvent {}

  record LayerStored(String layer, Instant at) implements PullEvent {}

  /**
   * @param outcome "completed", "unchanged", "failed", "cancelled"
   * @param message why it failed
   */
  record Ended(String outcome, String imageId, String message, Instant at) implements PullEvent {
    @Override
    public boolean endsEntity() {
      return true;
    }
  }
}
