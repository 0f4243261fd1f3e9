package io.gantry.agent.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads manifests and indexes of both families (OCI image-spec, manifest.md and image-index.md;
 * Docker image manifest version 2, schema 2). Bounded; whatever is wrong is a BadImage.
 */
public final class ManifestReader {
  private static final int MOST_LAYERS = 1000;
  private static final int MOST_MANIFESTS = 1000;

  private ManifestReader() {}

  /**
   * @param contentType what the registry called it; the manifest's own word counts more, its form
   *     when neither says
   */
  public static Manifest read(byte[] bytes, String contentType) throws BadImage {
    var json = RegistryJson.object(bytes, "manifest");
    var digest = Digest.of(bytes);
    var declared = json.path("mediaType").asText("");
    var mediaType = declared.isEmpty() ? bare(contentType) : declared;
    if (json.path("schemaVersion").asInt(0) == 1
        || mediaType.equals(MediaTypes.DOCKER_SCHEMA1)
        || mediaType.equals(MediaTypes.DOCKER_SIGNED_SCHEMA1)) {
      throw new BadImage(
          "[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema"
              + " 1 support has been removed. Suggest the author to upgrade the image to the OCI"
              + " Format or Docker Image manifest v2, schema 2. More information at"
              + " https://docs.docker.com/go/deprecated-image-specs/");
    }
    if (json.path("schemaVersion").asInt(0) != 2) {
      throw new BadImage("manifest has no schemaVersion 2");
    }
    return switch (mediaType) {
      case MediaTypes.DOCKER_MANIFEST, MediaTypes.OCI_MANIFEST ->
          image(bytes, mediaType, digest, json);
      case MediaTypes.DOCKER_INDEX, MediaTypes.OCI_INDEX -> index(bytes, mediaType, digest, json);
      case String _ when json.has("manifests") && !json.has("config") ->
          index(bytes, MediaTypes.OCI_INDEX, digest, json);
      case String _ when json.has("config") && json.has("layers") ->
          image(bytes, MediaTypes.OCI_MANIFEST, digest, json);
      case String other -> throw new BadImage("unsupported manifest media type: " + other);
    };
  }

  private static String bare(String contentType) {
    var end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip();
  }

  private static Manifest image(byte[] bytes, String mediaType, Digest digest, JsonNode json)
      throws BadImage {
    // A manifest of one kind with the parts of the other would be read differently by others.
    if (json.has("manifests")) {
      throw new BadImage("manifest is an image and an index at once");
    }
    var config = descriptor(json.path("config"), "config");
    if (!config.mediaType().equals(MediaTypes.DOCKER_CONFIG)
        && !config.mediaType().equals(MediaTypes.OCI_CONFIG)) {
      throw new BadImage(
          "unsupported media type %s: the artifact is no container image"
              .formatted(config.mediaType()));
    }
    var layers = new ArrayList<Descriptor>();
    for (var layer : list(json, "layers", MOST_LAYERS)) {
      var one = descriptor(layer, "layer");
      if (!isLayer(one.mediaType())) {
        throw new BadImage("unsupported layer media type: " + one.mediaType());
      }
      layers.add(one);
    }
    return new Manifest.Image(bytes, mediaType, digest, config, List.copyOf(layers));
  }

  /** How it is packed is told by its bytes; foreign layers are fetched like others. */
  private static boolean isLayer(String mediaType) {
    return mediaType.startsWith("application/vnd.docker.image.rootfs.")
        || mediaType.startsWith("application/vnd.oci.image.layer.");
  }

  private static Manifest index(byte[] bytes, String mediaType, Digest digest, JsonNode json)
      throws BadImage {
    if (json.has("config") || json.has("layers")) {
      throw new BadImage("manifest is an image and an index at once");
    }
    var manifests = new ArrayList<Descriptor>();
    for (var manifest : list(json, "manifests", MOST_MANIFESTS)) {
      manifests.add(descriptor(manifest, "manifest"));
    }
    return new Manifest.Index(bytes, mediaType, digest, List.copyOf(manifests));
  }

  private static List<JsonNode> list(JsonNode json, String name, int most) throws BadImage {
    var array = json.path(name);
    if (!array.isArray()) {
      throw new BadImage("manifest has no %s".formatted(name));
    }
    if (array.size() > most) {
      throw new BadImage("manifest has more than %d %s".formatted(most, name));
    }
    var nodes = new ArrayList<JsonNode>();
    array.forEach(nodes::add);
    return nodes;
  }

  private static Descriptor descriptor(JsonNode json, String what) throws BadImage {
    var digest = json.path("digest").asText("");
    if (!json.isObject() || !Digest.isDigest(digest)) {
      throw new BadImage(
          "manifest has a %s with %s"
              .formatted(
                  what, digest.isEmpty() ? "no digest" : "an unsupported digest: " + digest));
    }
    var size = json.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
      throw new BadImage("manifest has a %s %s without a size".formatted(what, digest));
    }
    return new Descriptor(
        json.path("mediaType").asText(""),
        Digest.parse(digest),
        size.longValue(),
        platform(json.path("platform")));
  }

  private static Optional<Platform> platform(JsonNode json) {
    return json.isObject()
        ? Optional.of(
            new Platform(
                json.path("os").asText(""),
                json.path("architecture").asText(""),
                json.path("variant").asText("")))
        : Optional.empty();
  }
}
