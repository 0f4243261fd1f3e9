package io.gantry.agent.container.files;

import io.gantry.agent.ContainerFiles.Change;
import io.gantry.agent.ContainerFiles.PathStat;
import io.gantry.agent.ContainerFiles.WriteOptions;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.host.bundle.Identity;
import io.gantry.agent.host.bundle.UserDatabase;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.tar.EntryFiles;
import io.gantry.agent.tar.TarReader;
import io.gantry.agent.tar.TarWriter;
import io.gantry.agent.tar.TreeTar;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can be done with a container's files. Methods block: for platform threads. */
public final class FileRoom {
  private final RootViews views;

  public FileRoom(RootViews views) {
    this.views = views;
  }

  /** Empty: there is no such path. */
  public Optional<PathStat> stat(Facts facts, String path) throws IOException {
    try (var view = views.open(facts)) {
      return PathLook.at(view.tree(), ContainerPath.of(path));
    }
  }

  /** A tar of what is at the path now. */
  public void read(Facts facts, String path, OutputStream out) throws IOException {
    var wanted = ContainerPath.of(path);
    try (var view = views.open(facts);
        var directory = view.tree().directory(ByteStrings.fromText(wanted.directory()))) {
      var tar = new TarWriter(out);
      var base = ByteStrings.fromText(wanted.base());
      var start = view.tree().status(directory, base);
      var closed = new HashSet<>(kernels(view.tree()));
      if (start != null) {
        closed.remove(start.device());
      }
      new TreeTar(view.tree(), tar, closed)
          .whole(directory, base, ByteStrings.fromText(wanted.name()));
      tar.finish();
    }
  }

  /**
   * Devices of what the kernel shows of itself in a running container. They are no files of the
   * container, and some cannot be read.
   */
  private static Set<Long> kernels(Tree tree) throws IOException {
    var devices = new HashSet<Long>();
    for (var name : List.of("proc", "sys", "dev")) {
      var status = tree.status(tree.root(), name);
      if (status != null && status.isDirectory()) {
        devices.add(status.device());
      }
    }
    var root = tree.status(tree.root(), ".");
    if (root != null) {
      devices.remove(root.device());
    }
    return devices;
  }

  /** The target is no directory, or what is written to is read-only. */
  public static final class Unfit extends IOException {
    private static final long serialVersionUID = 1L;
    private final boolean readOnly;

    Unfit(boolean readOnly, String message) {
      super(message);
      this.readOnly = readOnly;
    }

    public boolean isReadOnly() {
      return readOnly;
    }
  }

  /** {@code tar} is not compressed. A missing target is a {@link TreeException} with ENOENT. */
  public void write(Facts facts, String path, InputStream tar, WriteOptions options)
      throws IOException {
    var target = ByteStrings.fromText(ContainerPath.clean(path));
    try (var view = views.open(facts)) {
      var inRoot = check(view.tree(), target, facts);
      var reader = new TarReader(new BufferedInputStream(tar, 1 << 17));
      try {
        new Extraction(view.tree(), target, reader, options, owner(facts, options)).run();
      } catch (TreeException e) {
        if (e.errno() == TreeException.EROFS) {
          throw readOnly(inRoot);
        }
        throw e;
      }
    }
  }

  /** True when the target lies in the root file system itself. */
  private static boolean check(Tree tree, String target, Facts facts) throws IOException {
    try (var directory = tree.directory(target)) {
      var status = tree.status(directory, ".");
      var root = tree.status(tree.root(), ".");
      var inRoot = status != null && root != null && status.device() == root.device();
      if (inRoot && facts.container().getSpec().getStorage().getReadonlyRootfs()) {
        throw readOnly(true);
      }
      return inRoot;
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOTDIR) {
        throw new Unfit(false, "extraction point is not a directory");
      }
      throw e;
    }
  }

  private static Unfit readOnly(boolean inRoot) {
    return new Unfit(
        true,
        inRoot ? "container rootfs is marked read-only" : "mounted volume is marked read-only");
  }

  private Optional<EntryFiles.Owner> owner(Facts facts, WriteOptions options) throws IOException {
    if (!options.asUser()) {
      return Optional.empty();
    }
    var user = facts.container().getSpec().getProcess().getUser();
    var identity = Identity.resolve(user, List.of(), UserDatabase.read(views.root(facts)));
    return Optional.of(new EntryFiles.Owner((int) identity.uid(), (int) identity.gid()));
  }

  public void export(Facts facts, OutputStream out) throws IOException {
    try (var tree = Tree.open(views.root(facts), RootViews.ids(facts))) {
      var tar = new TarWriter(out);
      new TreeTar(tree, tar).whole(tree.root(), ".", "");
      tar.finish();
    }
  }

  public List<Change> changes(Facts facts) throws IOException {
    return Changes.of(views.writableLayer(facts), views.layers(facts));
  }
}
