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
   * "pull", "build", "commit". {@code parentId}: the image here that it was made from by build or
   * commit, else empty.
   */
  record Added(String imageId, String how, String parentId, Instant at) implements ImageEvent {}

  /**
   * {@code reference} is fully normalised: "docker.io/library/busybox:1". It leaves the image it
   * named before.
   */
  record Tagged(String reference, String imageId, Instant at) implements ImageEvent {}

  record Untagged(String reference, String imageId, Instant at) implements ImageEvent {}

  record Deleted(String imageId, Instant at) implements ImageEvent {}

  /**
   * It is complete here and came from a registry; from now on it is called so, and
   * "REPOSITORY@{@code digest}".
   *
   * @param digest what the reference named there: a manifest or an index
   * @param manifest of this image
   * @param verdict what the policy of signatures said; empty without one
   */
  record Pulled(
      String imageId, String reference, String digest, String manifest, String verdict, Instant at)
      implements ImageEvent {}

  /** A registry has it under this name, and its manifest under this digest. */
  record Pushed(String imageId, String reference, String digest, Instant at)
      implements ImageEvent {}
}
