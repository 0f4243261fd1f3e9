package io.gantry.agent.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.agent.tar.ReadAhead;
import io.gantry.agent.tar.TarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes images as one tar that is a Docker archive and an OCI layout at once. The same images and
 * names give the same bytes.
 */
final class ArchiveWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  /** An image to save and the names it is saved under. */
  record Selection(String imageId, List<Digest> diffIds, List<Reference> names) {}

  private final ImageStore store;
  private final List<Selection> images;
  private final Map<Digest, byte[]> blobs = new TreeMap<>();
  private final Map<Digest, Long> layers = new TreeMap<>();
  private final ArrayNode index = NODES.arrayNode();
  private final ArrayNode manifest = NODES.arrayNode();
  private final Map<String, Map<String, String>> repositories = new TreeMap<>();

  ArchiveWriter(ImageStore store, List<Selection> images) {
    this.store = store;
    this.images = images;
  }

  void write(OutputStream out) throws IOException {
    for (var image : images) {
      prepare(image);
    }
    var tar = new TarWriter(out);
    tar.directory("blobs/");
    tar.directory("blobs/sha256/");
    for (var blob : blobs.entrySet()) {
      tar.file(path(blob.getKey()), blob.getValue());
    }
    for (var layer : layers.entrySet()) {
      try (var in = new ReadAhead(store.layers().tar(layer.getKey()))) {
        tar.file(path(layer.getKey()), layer.getValue(), in);
      }
    }
    var top = NODES.objectNode();
    top.put("schemaVersion", 2);
    top.put("mediaType", "application/vnd.oci.image.index.v1+json");
    top.set("manifests", index);
    tar.file("index.json", bytes(top));
    tar.file("manifest.json", ConfigReader.JSON.writeValueAsBytes(manifest));
    tar.file("oci-layout", bytes(NODES.objectNode().put("imageLayoutVersion", "1.0.0")));
    if (!repositories.isEmpty()) {
      tar.file("repositories", ConfigReader.JSON.writeValueAsBytes(repositories));
    }
    tar.finish();
  }

  private void prepare(Selection image) throws IOException {
    var config = store.config(image.imageId());
    var configDigest = Digest.parse(image.imageId());
    blobs.put(configDigest, config);
    var ociManifest = NODES.objectNode();
    ociManifest.put("schemaVersion", 2);
    ociManifest.put("mediaType", MANIFEST);
    ociManifest.set("config", descriptor(CONFIG, configDigest, config.length));
    var ociLayers = ociManifest.putArray("layers");
    var docker = manifest.addObject();
    docker.put("Config", path(configDigest));
    var tags = docker.putArray("RepoTags");
    var dockerLayers = docker.putArray("Layers");
    for (var diffId : image.diffIds()) {
      var layer =
          store
              .layers()
              .find(diffId)
              .orElseThrow(() -> new IOException("layer %s is gone".formatted(diffId)));
      layers.put(diffId, layer.tarSize());
      ociLayers.add(descriptor(LAYER, diffId, layer.tarSize()));
      dockerLayers.add(path(diffId));
    }
    var manifestBytes = bytes(ociManifest);
    var manifestDigest = Digest.of(manifestBytes);
    blobs.put(manifestDigest, manifestBytes);
    if (image.names().isEmpty()) {
      index.add(descriptor(MANIFEST, manifestDigest, manifestBytes.length));
    }
    for (var name : image.names()) {
      var descriptor = descriptor(MANIFEST, manifestDigest, manifestBytes.length);
      var annotations = descriptor.putObject("annotations");
      annotations.put("io.containerd.image.name", name.toString());
      annotations.put("org.opencontainers.image.ref.name", name.tag().orElse("latest"));
      index.add(descriptor);
      tags.add(name.familiar());
      repositories
          .computeIfAbsent(name.familiarRepository(), _ -> new LinkedHashMap<>())
          .put(name.tag().orElse("latest"), configDigest.hex());
    }
  }

  private static ObjectNode descriptor(String type, Digest digest, long size) {
    return NODES
        .objectNode()
        .put("mediaType", type)
        .put("digest", digest.toString())
        .put("size", size);
  }

  private static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return ConfigReader.JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of nodes can be written", e);
    }
  }
}
