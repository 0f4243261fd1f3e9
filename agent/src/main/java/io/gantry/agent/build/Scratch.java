package io.gantry.agent.build;

import io.gantry.agent.ContainerId;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Layer;
import io.gantry.agent.image.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A root file system that no container has: layers below, a fresh layer above, in which a step
 * writes. Closing it takes all of it away; what {@link #commit} made a layer stays one.
 */
final class Scratch implements AutoCloseable {
  private final Workshop workshop;
  private final ContainerId id = Workshop.fresh();
  private final Path root;
  private final boolean mounted;

  private Scratch(Workshop workshop, List<Path> layers) throws IOException {
    this.workshop = workshop;
    this.mounted = !layers.isEmpty();
    // Without layers the fresh one is all there is.
    this.root =
        mounted
            ? workshop.scratch().mount(id, layers)
            : Files.createDirectories(workshop.scratch().writableLayer(id));
  }

  static Scratch of(Workshop workshop, StageState state) throws IOException {
    return new Scratch(workshop, layers(workshop, state));
  }

  /** Above a directory that stays as it is. */
  static Scratch over(Workshop workshop, Path directory) throws IOException {
    return new Scratch(workshop, List.of(directory));
  }

  /** Directories of what a stage has come to, lowest first. */
  static List<Path> layers(Workshop workshop, StageState state) throws IOException {
    var layers = new ArrayList<Path>();
    for (var diffId : state.image().getDiffIdsList()) {
      layers.add(
          workshop
              .store()
              .layers()
              .find(Digest.parse(diffId))
              .orElseThrow(() -> new IOException("layer %s is gone".formatted(diffId)))
              .directory());
    }
    return layers;
  }

  Path root() {
    return root;
  }

  /** What was written, as a layer. Nothing may be written any more. */
  Layer commit(LayerStore.Lease lease) throws IOException {
    if (mounted) {
      workshop.scratch().unmount(id);
    }
    return workshop.store().layers().adoptDifferences(workshop.scratch().writableLayer(id), lease);
  }

  @Override
  public void close() throws IOException {
    workshop.scratch().remove(id);
    Files.deleteIfExists(workshop.scratch().writableLayer(id).getParent());
  }
}
