package io.gantry.agent.host.fake;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Snapshotter;
import io.gantry.agent.host.kernel.IdRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Copies layers instead of mounting them. The root and the writable layer are one directory. */
public final class InMemorySnapshotter implements Snapshotter {
  public final Faults faults = new Faults();
  private final Path directory;
  private final Set<ContainerId> mounted = new HashSet<>();
  private final Set<Path> copied = new HashSet<>();

  /** {@code directory}: an empty one, such as JUnit's temporary directory. */
  public InMemorySnapshotter(Path directory) {
    this.directory = directory;
  }

  @Override
  public synchronized Path mount(ContainerId id, List<Path> layers, IdRange ids)
      throws IOException {
    faults.check();
    var root = writableLayer(id);
    if (mounted.contains(id)) {
      return root;
    }
    if (layers.isEmpty() || layers.size() > 127) {
      throw new IOException("mount root of container " + id + ": " + layers.size() + " layers");
    }
    for (var layer : layers) {
      if (!Files.isDirectory(layer)) {
        throw new IOException("mount root of container " + id + ": no directory " + layer);
      }
    }
    Files.createDirectories(root);
    for (var layer : layers.reversed()) {
      copy(layer, root);
    }
    mounted.add(id);
    return root;
  }

  @Override
  public synchronized void unmount(ContainerId id) throws IOException {
    faults.check();
    mounted.remove(id);
  }

  @Override
  public synchronized void remove(ContainerId id) throws IOException {
    faults.check();
    mounted.remove(id);
    var root = writableLayer(id);
    if (Files.exists(root)) {
      try (var tree = Files.walk(root)) {
        tree.sorted(Comparator.reverseOrder()).forEach(InMemorySnapshotter::delete);
      }
    }
    copied.removeIf(path -> path.startsWith(root));
  }

  @Override
  public synchronized long writableBytes(ContainerId id) throws IOException {
    faults.check();
    try (var tree = Files.walk(writableLayer(id))) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> !copied.contains(file))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  @Override
  public Path writableLayer(ContainerId id) {
    return directory.resolve(id.value());
  }

  @Override
  public synchronized Set<ContainerId> mounted() throws IOException {
    faults.check();
    return Set.copyOf(mounted);
  }

  private void copy(Path layer, Path root) throws IOException {
    try (var tree = Files.walk(layer)) {
      for (var from : (Iterable<Path>) tree::iterator) {
        var to = root.resolve(layer.relativize(from).toString());
        if (!Files.exists(to)) {
          Files.copy(from, to);
          copied.add(to);
        }
      }
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
