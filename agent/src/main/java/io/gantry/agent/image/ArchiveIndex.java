package io.gantry.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What images an archive holds: a Docker archive tells by manifest.json (docker image-spec v1.2),
 * an OCI layout by index.json (OCI image-spec, image-layout.md), one of before 2016 by its
 * repositories. An archive that is several is read as Docker's, which has all the names.
 */
final class ArchiveIndex {
  private static final int MOST_IMAGES = 1000;
  private static final int DEEPEST = 4;
  private static final int MOST_DESCRIPTORS = 10_000;
  private static final String CONTAINERD_NAME = "io.containerd.image.name";
  private static final String OCI_NAME = "org.opencontainers.image.ref.name";

  private final ArchiveFiles files;
  private final PlatformWish wish;
  private final List<ArchivedImage> images = new ArrayList<>();
  private int descriptors;

  private ArchiveIndex(ArchiveFiles files, PlatformWish wish) {
    this.files = files;
    this.wish = wish;
  }

  static List<ArchivedImage> read(ArchiveFiles files, PlatformWish wish) throws IOException {
    var index = new ArchiveIndex(files, wish);
    if (files.find("manifest.json").isPresent()) {
      index.readDocker();
    } else if (files.find("index.json").isPresent()) {
      index.readOci(json("index.json", files.bytes("index.json")), List.of(), 0);
    } else if (files.find("repositories").isPresent()) {
      return List.copyOf(new LegacyArchive(files).read());
    } else {
      throw new BadImage(
          "invalid archive: it has neither a manifest.json (Docker) nor an index.json (OCI)");
    }
    return List.copyOf(index.images);
  }

  private void readDocker() throws IOException {
    var manifest = json("manifest.json", files.bytes("manifest.json"));
    if (!manifest.isArray()) {
      throw new BadImage("manifest.json is no array");
    }
    for (var item : manifest) {
      var names = new ArrayList<Reference>();
      for (var tag : strings(item, "RepoTags")) {
        names.add(tagged(tag));
      }
      add(files.bytes(required(item, "Config")), strings(item, "Layers"), names);
    }
  }

  static Reference tagged(String text) throws BadImage {
    try {
      var reference = Reference.parse(text);
      if (reference.tag().isEmpty()) {
        throw new BadImage("invalid tag \"%s\"".formatted(text));
      }
      return reference;
    } catch (Reference.Invalid e) {
      throw new BadImage("invalid tag \"%s\": %s".formatted(text, e.getMessage()));
    }
  }

  private void readOci(JsonNode index, List<Reference> inherited, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new BadImage("invalid archive: indexes within indexes, %d deep".formatted(depth));
    }
    var manifests = index.path("manifests");
    if (!manifests.isArray()) {
      throw new BadImage("invalid archive: an index without manifests");
    }
    for (var descriptor : manifests) {
      // An index may name another many times, and that one a third.
      if (++descriptors > MOST_DESCRIPTORS) {
        throw new BadImage(
            "invalid archive: its indexes name more than %d manifests".formatted(MOST_DESCRIPTORS));
      }
      if (depth > 0 && !isWanted(descriptor)) {
        continue;
      }
      var names = new ArrayList<>(inherited);
      name(descriptor).ifPresent(names::add);
      var digest = required(descriptor, "digest");
      var blob = json("blob " + digest, blob(digest));
      if (blob.has("manifests")) {
        readOci(blob, names, depth + 1);
      } else if (blob.path("config").isObject()) {
        var layers = new ArrayList<String>();
        for (var layer : blob.path("layers")) {
          layers.add(path(required(layer, "digest")));
        }
        add(blob(required(blob.path("config"), "digest")), layers, names);
      } else {
        throw new BadImage(
            "invalid archive: %s is neither a manifest nor an index".formatted(digest));
      }
    }
  }

  private boolean isWanted(JsonNode descriptor) {
    var platform = descriptor.path("platform");
    return platform.isMissingNode()
        || wish.admitsFromIndex(
            new Platform(
                platform.path("os").asText(),
                platform.path("architecture").asText(),
                platform.path("variant").asText("")));
  }

  /** A whole name only: tools also write a bare tag there, which names nothing. */
  private static Optional<Reference> name(JsonNode descriptor) {
    var annotations = descriptor.path("annotations");
    for (var key : List.of(CONTAINERD_NAME, OCI_NAME)) {
      var text = annotations.path(key).asText("");
      if (text.contains("/") || text.contains(":")) {
        try {
          return Optional.of(Reference.parse(text).withDefaultTag());
        } catch (Reference.Invalid e) {
          continue;
        }
      }
    }
    return Optional.empty();
  }

  private void add(byte[] config, List<String> layers, List<Reference> names) throws BadImage {
    if (images.size() >= MOST_IMAGES) {
      throw new BadImage("archive has more than %d images".formatted(MOST_IMAGES));
    }
    images.add(new ArchivedImage(config, List.copyOf(layers), List.copyOf(names)));
  }

  private byte[] blob(String digest) throws IOException {
    var bytes = files.bytes(path(digest));
    var found = Digest.of(bytes).toString();
    if (!found.equals(digest)) {
      throw new BadImage("invalid archive: blob %s has digest %s".formatted(digest, found));
    }
    return bytes;
  }

  private static String path(String digest) throws BadImage {
    if (!Digest.isDigest(digest)) {
      throw new BadImage("invalid archive: invalid digest \"%s\"".formatted(digest));
    }
    return "blobs/" + digest.replace(':', '/');
  }

  private static JsonNode json(String what, byte[] bytes) throws BadImage {
    return ConfigReader.json(bytes, what);
  }

  private static String required(JsonNode json, String key) throws BadImage {
    var value = json.path(key);
    if (!value.isTextual()) {
      throw new BadImage("invalid archive: no %s where one must be".formatted(key));
    }
    return value.textValue();
  }

  private static List<String> strings(JsonNode json, String key) throws BadImage {
    var strings = new ArrayList<String>();
    for (var element : json.path(key)) {
      if (!element.isTextual()) {
        throw new BadImage("invalid archive: %s holds something else than strings".formatted(key));
      }
      strings.add(element.textValue());
    }
    return strings;
  }
}
