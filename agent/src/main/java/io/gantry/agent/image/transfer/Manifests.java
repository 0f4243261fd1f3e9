package io.gantry.agent.image.transfer;

import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.ImageConfigs;
import io.gantry.agent.image.PackedLayer;
import io.gantry.agent.image.registry.Descriptor;
import io.gantry.agent.image.registry.Manifest;
import io.gantry.agent.image.registry.ManifestReader;
import io.gantry.agent.image.registry.ManifestWriter;
import io.gantry.agent.image.registry.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The manifest an image goes to a registry with: the one it came with, as long as it is true. */
record Manifests(Station station) {
  /** How a layer lies in registries. */
  @FunctionalInterface
  interface Blobs {
    Descriptor of(String layer) throws IOException;
  }

  Manifest.Image of(String imageId, byte[] config, Blobs blobs) throws IOException {
    var layers = new ArrayList<Descriptor>();
    for (var layer : ImageConfigs.diffIds(config)) {
      layers.add(blobs.of(layer));
    }
    var known = known(imageId, layers);
    return known.isPresent() ? known.get() : write(imageId, config, layers);
  }

  private Optional<Manifest.Image> known(String imageId, List<Descriptor> layers)
      throws IOException {
    var origins = station.images().names().origins().getOrDefault(imageId, List.of());
    for (var origin : origins.reversed()) {
      var bytes = station.images().store().content().read(Digest.parse(origin.manifest()));
      if (bytes.isPresent()
          && read(bytes.get()) instanceof Manifest.Image image
          && digests(image.layers()).equals(digests(layers))) {
        return Optional.of(image);
      }
    }
    return Optional.empty();
  }

  private static Manifest read(byte[] bytes) throws BadImage {
    return ManifestReader.read(bytes, "");
  }

  private static List<Digest> digests(List<Descriptor> layers) {
    return layers.stream().map(Descriptor::digest).toList();
  }

  /** Docker's kind, which all registries take; OCI's where a layer is packed as only OCI knows. */
  private static Manifest.Image write(String imageId, byte[] config, List<Descriptor> layers) {
    var docker =
        layers.stream().allMatch(layer -> layer.mediaType().equals(MediaTypes.DOCKER_LAYER));
    return ManifestWriter.write(
        docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST,
        new Descriptor(
            docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG,
            Digest.parse(imageId),
            config.length,
            Optional.empty()),
        docker ? layers : layers.stream().map(Manifests::oci).toList());
  }

  private static Descriptor oci(Descriptor layer) {
    return layer.mediaType().equals(MediaTypes.DOCKER_LAYER)
        ? new Descriptor(MediaTypes.OCI_LAYER_GZIP, layer.digest(), layer.size(), layer.platform())
        : layer;
  }

  /** What kind a packed layer is of is told by its first bytes. */
  static Descriptor layer(PackedLayer packed) throws IOException {
    byte[] start;
    try (var file = Files.newInputStream(packed.file())) {
      start = file.readNBytes(4);
    }
    var mediaType =
        switch (ImageConfigs.compression(start)) {
          case GZIP -> MediaTypes.DOCKER_LAYER;
          case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
          case NONE, XZ, BZIP2 -> MediaTypes.OCI_LAYER;
        };
    return new Descriptor(mediaType, packed.digest(), packed.size(), Optional.empty());
  }
}
