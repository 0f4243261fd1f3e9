package io.gantry.persistence.event;

import java.time.Instant;

/** What can happen to a push: one image on its way to a registry. */
public sealed interface PushEvent extends Event {
  Instant at();

  record Requested(String reference, String imageId, Instant at) implements PushEvent {}

  /**
   * @param layer its diff id
   * @param blob its digest as the registry has it
   * @param how "uploaded", "mounted", "existed"
   */
  record LayerSent(String layer, String blob, String how, Instant at) implements PushEvent {}

  /**
   * @param outcome "completed", "failed", "cancelled"
   * @param digest of the manifest
   */
  record Ended(String outcome, String digest, String message, Instant at) implements PushEvent {
    @Override
    public boolean endsEntity() {
      return true;
    }
  }
}
