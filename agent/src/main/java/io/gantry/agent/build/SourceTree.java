package io.gantry.agent.build;

import io.gantry.agent.build.language.IgnoreRules;
import io.gantry.agent.build.language.PathPattern;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.OpenFile;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.Tree.Directory;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that a step takes from: finds them by name or pattern, and says what they hold. Opened by
 * one step, used by its thread, closed by it.
 */
final class SourceTree implements AutoCloseable {
  private static final int MOST_LINKS = 40;
  private static final int DEEPEST = 512;

  private final ContextFiles files;
  private final Tree tree;
  private final byte[] buffer = new byte[1 << 17];

  SourceTree(ContextFiles files) throws IOException {
    this.files = files;
    this.tree = Tree.open(files.root());
  }

  Tree tree() {
    return tree;
  }

  /**
   * Something that was named.
   *
   * @param path of it, links resolved; a byte string
   * @param name it was named by
   */
  record Found(String path, String name, FileStatus status) {
    String parent() {
      var slash = path.lastIndexOf('/');
      return slash < 0 ? "" : path.substring(0, slash);
    }

    /** "." for the root. */
    String leaf() {
      return path.isEmpty() ? "." : path.substring(path.lastIndexOf('/') + 1);
    }
  }

  /** {@code source}: a path, absolute or not, or a pattern. */
  List<Found> find(String source) throws IOException, BuildFailed {
    var names = names(source);
    if (!PathPattern.isPattern(source)) {
      return List.of(named(source, String.join("/", names)));
    }
    var found = new ArrayList<Found>();
    expand(names, 0, "", found);
    return found;
  }

  private List<String> names(String source) throws BuildFailed {
    var names = new ArrayList<String>();
    for (var name : ByteStrings.fromText(source).split("/")) {
      if (name.equals("..")) {
        if (names.isEmpty()) {
          throw new BuildFailed(
              "forbidden path outside the build context: %s ()".formatted(source));
        }
        names.removeLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names;
  }

  private BuildFailed missing(String source) {
    var place =
        files.what().equals("image")
            ? "file not found in image"
            : "file not found in build context or excluded by .dockerignore";
    return new BuildFailed("%s: stat %s: file does not exist".formatted(place, source));
  }

  private Found named(String source, String path) throws IOException, BuildFailed {
    if (!path.isEmpty() && hides(path)) {
      throw missing(source);
    }
    var at = path;
    for (var links = 0; links < MOST_LINKS; links++) {
      var slash = at.lastIndexOf('/');
      var parent = slash < 0 ? "" : at.substring(0, slash);
      var leaf = at.isEmpty() ? "." : at.substring(slash + 1);
      try (var directory = tree.directory(parent)) {
        var status = tree.status(directory, leaf);
        if (status == null) {
          throw missing(source);
        }
        if (status.type() != FileStatus.SYMLINK) {
          return new Found(at, leaf.equals(".") ? "" : last(path), status);
        }
        var target = tree.readSymlink(directory, leaf);
        at = Paths.clean(target.startsWith("/") ? target : parent + "/" + target);
      } catch (TreeException e) {
        if (e.errno() == TreeException.ENOENT || e.errno() == TreeException.ENOTDIR) {
          throw missing(source);
        }
        throw e;
      }
    }
    throw new BuildFailed("too many links in %s".formatted(source));
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void expand(List<String> names, int at, String path, List<Found> found)
      throws IOException {
    try (var directory = tree.directory(path)) {
      for (var name : tree.list(directory).stream().sorted().toList()) {
        if (!PathPattern.matches(names.get(at), name)) {
          continue;
        }
        var below = path.isEmpty() ? name : path + "/" + name;
        var status = tree.status(directory, name);
        if (status == null) {
          continue;
        }
        if (at == names.size() - 1) {
          if (!hides(below) || status.isDirectory()) {
            found.add(new Found(below, name, status));
          }
        } else if (status.isDirectory()) {
          expand(names, at + 1, below, found);
        }
      }
    }
  }

  /** {@code path}: a byte string. */
  boolean hides(String path) {
    return !files.hidden().isEmpty() && files.hidden().leavesOut(ByteStrings.toText(path));
  }

  /**
   * All that makes what was found what it is, but for times and owners.
   *
   * @param exclude paths relative to it that do not count
   */
  byte[] digest(Found found, IgnoreRules exclude) throws IOException {
    var hasher = Digest.hasher();
    Hashing.text(hasher, found.name());
    try (var parent = tree.directory(found.parent())) {
      add(hasher, parent, found.leaf(), found.path(), "", found.status(), exclude, 0);
    }
    return hasher.digest();
  }

  private void add(
      MessageDigest hasher,
      Directory in,
      String name,
      String path,
      String relative,
      FileStatus status,
      IgnoreRules exclude,
      int depth)
      throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("more than %d directories below each other".formatted(DEEPEST));
    }
    Hashing.number(hasher, status.mode());
    for (var attribute : tree.attributes(in, name)) {
      if (!attribute.startsWith("trusted.overlay.")) {
        Hashing.text(hasher, attribute);
        Hashing.bytes(hasher, tree.attribute(in, name, attribute));
      }
    }
    switch (status.type()) {
      case FileStatus.REGULAR -> Hashing.bytes(hasher, content(in, name, path));
      case FileStatus.SYMLINK -> Hashing.text(hasher, tree.readSymlink(in, name));
      case FileStatus.CHARACTER, FileStatus.BLOCK -> Hashing.number(hasher, status.special());
      case FileStatus.DIRECTORY -> {
        try (var directory =
            name.equals(".") ? tree.directory(path) : tree.openDirectory(in, name)) {
          for (var child : tree.list(directory).stream().sorted().toList()) {
            var below = path.isEmpty() ? child : path + "/" + child;
            var inside = relative.isEmpty() ? child : relative + "/" + child;
            var childStatus = tree.status(directory, child);
            if (childStatus != null && travels(below, inside, childStatus, exclude)) {
              Hashing.text(hasher, child);
              add(hasher, directory, child, below, inside, childStatus, exclude, depth + 1);
            }
          }
        }
        Hashing.number(hasher, -1);
      }
      default -> {}
    }
  }

  /** Whether it is part of what is taken; {@code relative}: its path from what was named. */
  boolean travels(String path, String relative, FileStatus status, IgnoreRules exclude) {
    if (status.type() == FileStatus.SOCKET) {
      return false;
    }
    // A directory left out may hold what an exception keeps; it is made only if something does.
    return !hides(path) && !exclude.leavesOut(ByteStrings.toText(relative))
        || status.isDirectory() && (files.hidden().hasExceptions() || exclude.hasExceptions());
  }

  private byte[] content(Directory in, String name, String path) throws IOException {
    var known = files.hashes().get(path);
    if (known != null) {
      return known;
    }
    var hasher = Digest.hasher();
    try (OpenFile file = tree.openFile(in, name)) {
      for (int got; (got = file.read(buffer, 0, buffer.length)) >= 0; ) {
        hasher.update(buffer, 0, got);
      }
    }
    var hash = hasher.digest();
    files.hashes().put(path, hash);
    return hash;
  }

  @Override
  public void close() {
    tree.close();
  }
}
