package io.gantry.agent.image;

import io.gantry.persistence.event.ImageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which images there are and what they are called. Pure; the fold of {@link ImageEvent}s.
 *
 * @param images id -> when it was added
 * @param names normalised reference -> what it names
 * @param parents id -> id of the image it was made from here, while both are here
 * @param origins id -> where registries have it, newest last
 */
public record NameTable(
    Map<String, Instant> images,
    Map<String, Target> names,
    Map<String, String> parents,
    Map<String, List<Origin>> origins) {
  public static final NameTable EMPTY = new NameTable(Map.of(), Map.of(), Map.of(), Map.of());
  private static final int MOST_ORIGINS = 20;

  /** {@code at}: since when. */
  public record Target(String imageId, Instant at) {}

  /**
   * @param repository "docker.io/library/busybox"
   * @param digest what it is called there: of a manifest or an index
   * @param manifest of the image itself
   * @param verdict what the policy of signatures said; empty without one
   */
  public record Origin(String repository, String digest, String manifest, String verdict) {}

  /** Total: accepts every event in every state. */
  public NameTable apply(ImageEvent event) {
    var newImages = new LinkedHashMap<>(images);
    var newNames = new TreeMap<>(names);
    var newParents = new TreeMap<>(parents);
    var newOrigins = new LinkedHashMap<>(origins);
    switch (event) {
      case ImageEvent.Added(var id, _, var parentId, var at) -> {
        newImages.putIfAbsent(id, at);
        if (!id.equals(parentId) && newImages.containsKey(parentId)) {
          newParents.put(id, parentId);
        }
      }
      case ImageEvent.Tagged(var reference, var id, var at) ->
          newNames.put(reference, new Target(id, at));
      case ImageEvent.Untagged(var reference, var id, _) ->
          newNames.computeIfPresent(
              reference, (_, target) -> target.imageId().equals(id) ? null : target);
      case ImageEvent.Deleted(var id, _) -> {
        newImages.remove(id);
        newNames.values().removeIf(target -> target.imageId().equals(id));
        newParents.remove(id);
        newParents.values().removeIf(parent -> parent.equals(id));
        newOrigins.remove(id);
      }
      case ImageEvent.Pulled(
              var id,
              var reference,
              var digest,
              var manifest,
              var verdict,
              var at) -> {
        var name = Reference.ofCanonical(reference);
        newImages.putIfAbsent(id, at);
        newNames.put(name.toString(), new Target(id, at));
        newNames.put(name.withDigest(digest).toString(), new Target(id, at));
        var origin = new Origin(name.repository(), digest, manifest, verdict);
        newOrigins.merge(id, List.of(origin), NameTable::newest);
      }
      case ImageEvent.Pushed(var id, var reference, var digest, var at) -> {
        var name = Reference.ofCanonical(reference);
        newNames.put(name.withDigest(digest).toString(), new Target(id, at));
        var origin = new Origin(name.repository(), digest, digest, "");
        newOrigins.merge(id, List.of(origin), NameTable::newest);
      }
    }
    return new NameTable(
        Collections.unmodifiableMap(newImages),
        Collections.unmodifiableMap(newNames),
        Collections.unmodifiableMap(newParents),
        Collections.unmodifiableMap(newOrigins));
  }

  private static List<Origin> newest(List<Origin> known, List<Origin> added) {
    var all = new ArrayList<>(known);
    all.removeAll(added);
    all.addAll(added);
    return List.copyOf(all.subList(Math.max(0, all.size() - MOST_ORIGINS), all.size()));
  }

  /** Digests of the manifests that images have come or gone with. */
  public Stream<String> manifests() {
    return origins.values().stream().flatMap(List::stream).map(Origin::manifest);
  }

  boolean hasManifest(String digest) {
    return manifests().anyMatch(digest::equals);
  }

  /** The image it was made from. Empty: none that is here. */
  public Optional<String> parent(String imageId) {
    return Optional.ofNullable(parents.get(imageId));
  }

  public boolean hasChildren(String imageId) {
    return parents.containsValue(imageId);
  }

  /** What the image is called, sorted. */
  public List<Reference> namesOf(String imageId) {
    var references = new ArrayList<Reference>();
    names.forEach(
        (name, target) -> {
          if (target.imageId().equals(imageId)) {
            references.add(Reference.ofCanonical(name));
          }
        });
    return references;
  }

  /**
   * The image a user means: by name, else by id or by the unique beginning of one, as Docker looks
   * it up.
   *
   * @throws Reference.Invalid when it can be neither
   */
  public Optional<String> find(String text) throws Reference.Invalid {
    if (!isWholeId(text)) {
      var reference = Reference.parse(text).forLookup();
      var target = names.get(reference.toString());
      if (target != null) {
        return Optional.of(target.imageId());
      }
    }
    return findById(text);
  }

  /**
   * By a whole id or by its beginning, with or without "sha256:". Empty also when several begin so.
   */
  public Optional<String> findById(String text) {
    var prefix = text.startsWith("sha256:") ? text : "sha256:" + text;
    if (prefix.length() == "sha256:".length()) {
      return Optional.empty();
    }
    String found = null;
    for (var id : images.keySet()) {
      if (id.startsWith(prefix)) {
        if (found != null) {
          return Optional.empty();
        }
        found = id;
      }
    }
    return Optional.ofNullable(found);
  }

  static boolean isWholeId(String text) {
    return Digest.isDigest(text) || Digest.isDigest("sha256:" + text);
  }
}
