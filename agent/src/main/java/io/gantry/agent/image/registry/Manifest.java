package io.gantry.agent.image.registry;

import io.gantry.agent.image.Digest;
import java.util.List;

/** What a tag or digest names in a registry. {@code bytes} are what the digest is of. */
public sealed interface Manifest {
  byte[] bytes();

  String mediaType();

  Digest digest();

  /** One image: its configuration and its packed layers, lowest first. */
  record Image(
      byte[] bytes, String mediaType, Digest digest, Descriptor config, List<Descriptor> layers)
      implements Manifest {}

  /** The same image for several platforms. */
  record Index(byte[] bytes, String mediaType, Digest digest, List<Descriptor> manifests)
      implements Manifest {}
}
