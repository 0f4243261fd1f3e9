package io.gantry.agent.image;

import io.gantry.agent.Images.Progress;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What images are made of: configurations and layers on the disk, and in memory all that inspecting
 * and starting need. An image gets here before anything names it: ingest its layers and {@link
 * #add} it under one lease, have the name recorded, close the lease.
 */
public final class ImageStore {
  private final ContentStore content;
  private final LayerStore layers;
  private final Path incoming;
  private final LayerLimits limits;
  private final Map<String, Stored> images = new ConcurrentHashMap<>();

  private ImageStore(ContentStore content, LayerStore layers, Path incoming, LayerLimits limits) {
    this.content = content;
    this.layers = layers;
    this.incoming = incoming;
    this.limits = limits;
  }

  /** An image that is complete here. {@code image} has no names. */
  record Stored(Image image, List<Digest> diffIds, List<Path> directories) {}

  /**
   * Opens {@code content/} and {@code layers/} below the state directory and sweeps what a crash
   * left.
   */
  public static ImageStore open(Path state, LayerLimits limits) throws IOException {
    var incoming = state.resolve("content").resolve("archives");
    Tree.delete(incoming);
    return new ImageStore(
        ContentStore.open(state.resolve("content")),
        LayerStore.open(state.resolve("layers"), limits),
        incoming,
        limits);
  }

  public LayerStore layers() {
    return layers;
  }

  public ContentStore content() {
    return content;
  }

  /** The files of an archive; an archive may be four times as large as one layer. */
  ArchiveFiles read(InputStream archive, LayerStore.Lease lease, Consumer<Progress> progress)
      throws IOException {
    return ArchiveFiles.read(archive, incoming, layers, lease, progress, 4 * limits.bytes());
  }

  /**
   * Adds an image whose layers are all here. {@code config} is kept byte for byte; its digest is
   * the image's id.
   */
  public Image add(byte[] config, LayerStore.Lease lease) throws IOException {
    var image = ConfigReader.read(config);
    lease.hold(Digest.parse(image.getId()));
    var stored = complete(image);
    var failure = new IOException[1];
    images.compute(
        image.getId(),
        (_, present) -> {
          try {
            content.put(config);
            return stored;
          } catch (IOException e) {
            failure[0] = e;
            return present;
          }
        });
    if (failure[0] != null) {
      throw failure[0];
    }
    return stored.image();
  }

  /** Learns an image the record knows. Empty: it is not complete here. */
  Optional<Image> recall(String id) throws IOException {
    var config = content.read(Digest.parse(id));
    if (config.isEmpty()) {
      return Optional.empty();
    }
    var stored = complete(ConfigReader.read(config.get()));
    images.put(id, stored);
    return Optional.of(stored.image());
  }

  private Stored complete(Image image) throws BadImage {
    var diffIds = image.getDiffIdsList().stream().map(Digest::parse).toList();
    var directories = new ArrayList<Path>();
    long size = 0;
    for (var diffId : diffIds) {
      var layer = layers.find(diffId);
      if (layer.isEmpty()) {
        throw new BadImage("image %s lacks layer %s".formatted(image.getId(), diffId));
      }
      directories.add(layer.get().directory());
      size += layer.get().size();
    }
    return new Stored(
        image.toBuilder().setSizeBytes(size).build(), diffIds, List.copyOf(directories));
  }

  /**
   * An image that is here, whoever knows its name; it and its layers stay while the lease lasts.
   */
  public Optional<Image> hold(String id, LayerStore.Lease lease) {
    if (!Digest.isDigest(id)) {
      return Optional.empty();
    }
    lease.hold(Digest.parse(id));
    var stored = images.get(id);
    if (stored == null) {
      return Optional.empty();
    }
    for (var diffId : stored.diffIds()) {
      if (layers.find(diffId, lease).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(stored.image());
  }

  /** An image that is here now. */
  public Optional<Image> image(String id) {
    return find(id).map(Stored::image);
  }

  Optional<Stored> find(String id) {
    return Optional.ofNullable(images.get(id));
  }

  /** The configuration as it came. */
  byte[] config(String id) throws IOException {
    return content
        .read(Digest.parse(id))
        .orElseThrow(() -> new IOException("image %s has lost its configuration".formatted(id)));
  }

  /**
   * Drops an image's configuration, unless it is wanted again meanwhile. Layers go with {@link
   * #sweep}.
   */
  void remove(String id, Predicate<String> wanted) throws IOException {
    var failure = new IOException[1];
    var digest = Digest.parse(id);
    images.compute(
        id,
        (_, present) -> {
          // In this order: under a lease it is recorded before the lease ends.
          if (layers.isLeased(digest) || wanted.test(id)) {
            return present;
          }
          try {
            content.remove(digest);
          } catch (IOException e) {
            failure[0] = e;
          }
          return null;
        });
    if (failure[0] != null) {
      throw failure[0];
    }
  }

  /**
   * Keeps a manifest as long as the lease lasts, and then as long as an image's origin names it.
   */
  public void keep(byte[] manifest, LayerStore.Lease lease) throws IOException {
    lease.hold(Digest.of(manifest));
    content.put(manifest);
  }

  /**
   * Removes images that are neither {@code known} nor under a lease (their arrival ended early),
   * manifests that are neither {@code named} nor under one, then layers that no image here has and
   * {@code alsoNeeded} does not name. All are asked anew for each thing that would go, so that what
   * comes meanwhile stays. Returns the bytes freed of layers.
   */
  long sweep(Predicate<String> known, Predicate<Digest> named, Predicate<Digest> alsoNeeded)
      throws IOException {
    for (var id : List.copyOf(images.keySet())) {
      remove(id, known);
    }
    // In this order: under a lease it is recorded before the lease ends.
    content.removeAllBut(
        digest ->
            layers.isLeased(digest)
                || images.containsKey(digest.toString())
                || known.test(digest.toString())
                || named.test(digest));
    return layers.removeAllBut(
        diffId ->
            images.values().stream().anyMatch(stored -> stored.diffIds().contains(diffId))
                || alsoNeeded.test(diffId));
  }

  /**
   * Removes configurations that no image of these has: a crash came before their images were
   * recorded.
   */
  void forgetAllBut(Collection<String> known) throws IOException {
    content.removeAllBut(known.stream().map(Digest::parse).collect(Collectors.toSet())::contains);
  }
}
