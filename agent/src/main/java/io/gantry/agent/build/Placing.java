package io.gantry.agent.build;

import io.gantry.agent.build.language.IgnoreRules;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.OpenFile;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Puts files into a root file system as COPY and ADD do: whoever they belonged to, they belong to
 * {@code owner} now; modes, times and extended attributes stay. Links in the destination's path are
 * followed, inside the root only.
 *
 * <p>One use, one platform thread.
 */
final class Placing {
  private static final int MOST_LINKS = 40;

  /** A user and a group, by number. */
  record Owner(int uid, int gid) {
    static final Owner ROOT = new Owner(0, 0);
  }

  private final Tree to;
  private final Owner owner;
  private final OptionalInt mode;
  private final byte[] buffer = new byte[1 << 17];

  Placing(Tree to, Owner owner, OptionalInt mode) {
    this.to = to;
    this.owner = owner;
    this.mode = mode;
  }

  /** What the path names, its last link resolved; empty: nothing. */
  Optional<FileStatus> look(String path) throws IOException {
    try (var parent = to.directory(Paths.parent(resolved(path)))) {
      var leaf = Paths.leaf(resolved(path));
      return Optional.ofNullable(to.status(parent, leaf.isEmpty() ? "." : leaf));
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOENT || e.errno() == TreeException.ENOTDIR) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The path with the links at its end resolved, as far as they lead to anything. */
  private String resolved(String path) throws IOException {
    var at = Paths.clean(path);
    for (var links = 0; links < MOST_LINKS; links++) {
      try (var parent = to.directory(Paths.parent(at))) {
        var leaf = Paths.leaf(at);
        var status = leaf.isEmpty() ? null : to.status(parent, leaf);
        if (status == null || status.type() != FileStatus.SYMLINK) {
          return at;
        }
        var target = to.readSymlink(parent, leaf);
        at = Paths.clean(target.startsWith("/") ? target : Paths.parent(at) + "/" + target);
      } catch (TreeException e) {
        if (e.errno() == TreeException.ENOENT || e.errno() == TreeException.ENOTDIR) {
          return at;
        }
        throw e;
      }
    }
    throw new IOException("too many links in " + path);
  }

  /** The directory, made with all above it where it is not there. */
  Directory directory(String path) throws IOException, BuildFailed {
    var clean = resolved(path);
    try {
      return to.directory(clean);
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOTDIR) {
        throw new BuildFailed("cannot copy to non-directory: /%s".formatted(clean));
      }
      if (e.errno() != TreeException.ENOENT) {
        throw e;
      }
    }
    try (var above = directory(Paths.parent(clean))) {
      var leaf = Paths.leaf(clean);
      to.makeDirectory(above, leaf, 0755);
      to.setOwner(above, leaf, owner.uid(), owner.gid());
      to.setMode(above, leaf, 0755);
    }
    return to.directory(clean);
  }

  /** What a document or a download holds. */
  void file(InputStream content, int permissions, String path) throws IOException, BuildFailed {
    var at = resolved(path);
    try (var parent = directory(Paths.parent(at))) {
      var leaf = Paths.leaf(at);
      clear(parent, leaf);
      try (var file = to.createFile(parent, leaf, 0600)) {
        for (int got; (got = content.read(buffer)) >= 0; ) {
          file.write(buffer, 0, got);
        }
      }
      to.setOwner(parent, leaf, owner.uid(), owner.gid());
      to.setMode(parent, leaf, mode.orElse(permissions));
    }
  }

  /** One file, to exactly that path. */
  void file(SourceTree from, SourceTree.Found found, String path) throws IOException, BuildFailed {
    var at = resolved(path);
    try (var source = from.tree().directory(found.parent());
        var parent = directory(Paths.parent(at))) {
      one(from, source, found.leaf(), parent, Paths.leaf(at), found.status());
    }
  }

  /** What is in a directory, into another one, which is made when it is not there. */
  void contents(SourceTree from, SourceTree.Found found, String path, IgnoreRules exclude)
      throws IOException, BuildFailed {
    var isNew = look(path).isEmpty();
    try (var source = from.tree().directory(found.path());
        var target = directory(path)) {
      below(from, source, found.path(), "", target, exclude);
      if (isNew) {
        metadata(from, source, ".", target, ".", found.status());
      }
    }
  }

  private void below(
      SourceTree from,
      Directory source,
      String path,
      String relative,
      Directory target,
      IgnoreRules exclude)
      throws IOException, BuildFailed {
    for (var name : from.tree().list(source).stream().sorted().toList()) {
      var status = from.tree().status(source, name);
      var full = path.isEmpty() ? name : path + "/" + name;
      var inside = relative.isEmpty() ? name : relative + "/" + name;
      if (status == null || !from.travels(full, inside, status, exclude)) {
        continue;
      }
      if (!status.isDirectory()) {
        one(from, source, name, target, name, status);
        continue;
      }
      var present = to.status(target, name);
      if (present != null && !present.isDirectory()) {
        throw new BuildFailed(
            "cannot copy to non-directory: %s".formatted(ByteStrings.toText(name)));
      }
      if (present == null) {
        to.makeDirectory(target, name, 0700);
      }
      try (var below = from.tree().openDirectory(source, name);
          var made = to.openDirectory(target, name)) {
        below(from, below, full, inside, made, exclude);
        metadata(from, below, ".", made, ".", status);
      }
    }
  }

  private void one(
      SourceTree from,
      Directory source,
      String name,
      Directory target,
      String newName,
      FileStatus status)
      throws IOException, BuildFailed {
    clear(target, newName);
    switch (status.type()) {
      case FileStatus.REGULAR -> {
        try (var in = from.tree().openFile(source, name);
            var out = to.createFile(target, newName, 0600)) {
          copy(in, out);
        }
      }
      case FileStatus.SYMLINK ->
          to.makeSymlink(target, newName, from.tree().readSymlink(source, name));
      case FileStatus.CHARACTER, FileStatus.BLOCK, FileStatus.FIFO ->
          to.makeNode(target, newName, status.mode(), status.special());
      default -> {
        return;
      }
    }
    metadata(from, source, name, target, newName, status);
  }

  /** Room for a new file. */
  private void clear(Directory in, String name) throws IOException, BuildFailed {
    var present = to.status(in, name);
    if (present == null) {
      return;
    }
    if (present.isDirectory()) {
      throw new BuildFailed("cannot overwrite directory with a file: %s".formatted(name));
    }
    to.removeFile(in, name);
  }

  private void copy(OpenFile in, OpenFile out) throws IOException {
    for (int got; (got = in.read(buffer, 0, buffer.length)) >= 0; ) {
      out.write(buffer, 0, got);
    }
  }

  // Owner before mode and attributes: the kernel clears setuid and capabilities when it changes.
  private void metadata(
      SourceTree from,
      Directory source,
      String name,
      Directory target,
      String newName,
      FileStatus status)
      throws IOException {
    to.setOwner(target, newName, owner.uid(), owner.gid());
    if (status.type() != FileStatus.SYMLINK) {
      to.setMode(target, newName, mode.orElse(status.permissions()));
    }
    for (var attribute : from.tree().attributes(source, name)) {
      if (!attribute.startsWith("trusted.overlay.")) {
        try {
          to.setAttribute(
              target, newName, attribute, from.tree().attribute(source, name, attribute));
        } catch (TreeException e) {
          if (e.errno() != TreeException.EOPNOTSUPP) {
            throw e;
          }
        }
      }
    }
    to.setTime(target, newName, status.mtimeSeconds(), status.mtimeNanos());
  }
}
