package io.gantry.agent.container.files;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Directories;
import io.gantry.agent.container.MountedRoot;
import io.gantry.agent.container.UserMapping;
import io.gantry.agent.container.Volumed;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.host.Snapshotter;
import io.gantry.agent.host.kernel.Beneath;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.IdRange;
import io.gantry.agent.host.kernel.MappedMounts;
import io.gantry.agent.host.kernel.MountCopy;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.agent.host.kernel.UserNamespaces;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.protocol.v1.MountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens containers' roots. While a container runs, as its first process sees it, with all that is
 * mounted there. Else its root and volumes are put together in a copy of mounts that nobody else
 * sees and that ends with the view. Methods block; to be called on platform threads.
 */
public final class RootViews {
  private final Snapshotter snapshotter;
  private final Volumed volumes;
  private final Directories directories;

  public RootViews(Snapshotter snapshotter, Volumed volumes, Directories directories) {
    this.snapshotter = snapshotter;
    this.volumes = volumes;
    this.directories = directories;
  }

  /** The root alone, without what is mounted in it. */
  public Path root(Facts facts) throws IOException {
    return snapshotter.mount(
        new ContainerId(facts.container().getId()),
        facts.layers().stream().map(directories::layer).toList(),
        ids(facts));
  }

  /** The host's ids that its files have. */
  public static IdRange ids(Facts facts) {
    return UserMapping.of(facts.container().getSpec());
  }

  /** The writable layer; exists also when the container never ran. */
  public Path writableLayer(Facts facts) throws IOException {
    root(facts);
    return snapshotter.writableLayer(new ContainerId(facts.container().getId()));
  }

  /** Directories of the image's layers, lowest first. */
  public List<Path> layers(Facts facts) {
    return facts.layers().stream().map(directories::layer).toList();
  }

  public RootView open(Facts facts) throws IOException {
    var pid = facts.container().getStatus().getPid();
    if (pid != 0) {
      var running = ofProcess(pid, root(facts), ids(facts));
      if (running.isPresent()) {
        return running.get();
      }
    }
    return ofMounts(facts);
  }

  /**
   * Empty: the process is gone, maybe its number is another's by now, or it has changed its root.
   * An overlay mount has a device number of its own, so the root cannot be taken for another.
   */
  private static Optional<RootView> ofProcess(long pid, Path root, IdRange ids) throws IOException {
    Tree tree;
    try {
      tree = Tree.open(Path.of("/proc/%d/root".formatted(pid)), ids);
    } catch (IOException gone) {
      return Optional.empty();
    }
    try (var own = Tree.open(root)) {
      var seen = tree.status(tree.root(), ".");
      var wanted = own.status(own.root(), ".");
      if (seen != null
          && wanted != null
          && seen.device() == wanted.device()
          && seen.inode() == wanted.inode()) {
        return Optional.of(new RootView(tree, Optional.empty()));
      }
    } catch (IOException | RuntimeException e) {
      tree.close();
      throw e;
    }
    tree.close();
    return Optional.empty();
  }

  private record Bind(Path source, String destination, boolean readOnly, boolean volume) {}

  private RootView ofMounts(Facts facts) throws IOException {
    var root = root(facts);
    var binds = binds(facts, root);
    if (binds.isEmpty()) {
      return new RootView(Tree.open(root, ids(facts)), Optional.empty());
    }
    var ids = ids(facts);
    Descriptor mounts;
    try (var namespace = ids.isAll() ? null : UserNamespaces.create(ids)) {
      mounts =
          MountCopy.of(
              root,
              () -> {
                for (var bind : binds) {
                  mount(new MountedRoot(root, ids), bind, namespace);
                }
                return true;
              });
    }
    try {
      return new RootView(Tree.open(mounts.path(), ids(facts)), Optional.of(mounts));
    } catch (IOException | RuntimeException e) {
      mounts.close();
      throw e;
    }
  }

  private List<Bind> binds(Facts facts, Path root) throws IOException {
    var id = new ContainerId(facts.container().getId());
    var binds = new ArrayList<Bind>();
    for (var mount : facts.container().getStatus().getMountsList()) {
      var source = source(id, facts, mount, root);
      if (source.isPresent() && Files.exists(source.get())) {
        binds.add(
            new Bind(
                source.get(),
                ContainerPath.clean(mount.getDestination()),
                !mount.getReadWrite(),
                mount.getType().equals("volume")));
      }
    }
    // What is nearer the root comes first.
    binds.sort(
        Comparator.comparingLong(bind -> bind.destination().chars().filter(c -> c == '/').count()));
    return binds;
  }

  private Optional<Path> source(ContainerId id, Facts facts, MountPoint mount, Path root)
      throws IOException {
    return switch (mount.getType()) {
      case "bind" -> Optional.of(Path.of(mount.getSource()));
      case "volume" -> {
        var asked =
            facts.container().getSpec().getStorage().getMountsList().stream()
                .filter(spec -> spec.getTarget().equals(mount.getDestination()))
                .findFirst();
        try {
          yield Optional.of(volumes.prepare(id, mount, new MountedRoot(root, ids(facts)), asked));
        } finally {
          volumes.unmounted(id, mount);
        }
      }
      default -> Optional.empty();
    };
  }

  // Runs in the namespace of the copy, so every path is opened anew here.
  private static void mount(MountedRoot mounted, Bind bind, @Nullable Descriptor namespace)
      throws IOException {
    makeTarget(mounted, bind);
    var root = mounted.path();
    try (var directory = Descriptor.directory(root);
        var target = Beneath.inRoot(directory, bind.destination(), Beneath.O_PATH, 0)) {
      if (namespace != null && bind.volume()) {
        MappedMounts.bind(bind.source(), target.path(), namespace);
      } else {
        Mounts.bind(bind.source(), target.path(), true);
      }
    }
    if (bind.readOnly()) {
      try (var directory = Descriptor.directory(root);
          var readOnly = Beneath.inRoot(directory, bind.destination(), Beneath.O_PATH, 0)) {
        Mounts.mount(
            "none",
            readOnly.path(),
            "none",
            Mounts.MS_BIND | Mounts.MS_REMOUNT | Mounts.MS_RDONLY,
            "");
      }
    }
  }

  /** As the runtime would, when it starts the container. */
  private static void makeTarget(MountedRoot root, Bind bind) throws IOException {
    try (var tree = root.open()) {
      var path = ByteStrings.fromText(bind.destination());
      var slash = path.lastIndexOf('/');
      var directory = Files.isDirectory(bind.source());
      try (var parent = MadeDirectory.at(tree, directory ? path : path.substring(0, slash))) {
        var name = path.substring(slash + 1);
        if (!directory && tree.status(parent, name) == null) {
          tree.createFile(parent, name, 0644).close();
        }
      }
    }
  }
}
