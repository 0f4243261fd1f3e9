package io.gantry.persistence.event;

import java.time.Instant;

/**
 * What can happen to the host's images. One journal holds them all, because names point at images
 * across them; blobs and layers themselves are in the content store, by digest.
 */
public sealed interface ImageEvent extends Event {
  Instant at();

  /**
   * The image is complete on this host: every layer is unpacked. {@code how}: "load", "import",
   * "pull", "build".
   */
  record Added(String imageId, String how, Instant at) implements ImageEvent {}

  /**
   * {@code reference} is fully normalised: "docker.io/library/busybox:1". It leaves the image it
   * named before.
   */
  record Tagged(String reference, String imageId, Instant at) implements ImageEvent {}

  record Untagged(String reference, String imageId, Instant at) implements ImageEvent {}

  record Deleted(String imageId, Instant at) implements ImageEvent {}
}
