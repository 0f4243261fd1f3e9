package io.gantry.agent.container.files;

import io.gantry.agent.ContainerFiles.PathStat;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.TreeException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a path in a container's root is. */
final class PathLook {
  private static final int MOST_LINKS = 255;

  private PathLook() {}

  /** Empty: it is not there. */
  static Optional<PathStat> at(Tree tree, ContainerPath path) throws IOException {
    try (var directory = tree.directory(ByteStrings.fromText(path.directory()))) {
      var status = tree.status(directory, ByteStrings.fromText(path.base()));
      if (status == null) {
        return Optional.empty();
      }
      return Optional.of(
          new PathStat(
              path.name(),
              status.size(),
              status.mode(),
              Instant.ofEpochSecond(status.mtimeSeconds(), status.mtimeNanos()),
              status.type() == FileStatus.SYMLINK ? target(tree, path.text()) : ""));
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Where all links lead, as text; what is not there ends the search and is taken as it stands. For
   * telling only: by the time it is used it may lead elsewhere.
   */
  private static String target(Tree tree, String path) throws IOException {
    var left = new ArrayDeque<>(List.of(ByteStrings.fromText(path).split("/")));
    var found = new ArrayList<String>();
    for (var links = 0; !left.isEmpty(); ) {
      var component = left.pop();
      if (component.equals("..")) {
        if (!found.isEmpty()) {
          found.removeLast();
        }
        continue;
      }
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      var link = link(tree, String.join("/", found), component);
      if (link.isEmpty()) {
        found.add(component);
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new IOException("%s: too many links".formatted(path));
      }
      if (link.get().startsWith("/")) {
        found.clear();
      }
      for (var part : List.of(link.get().split("/")).reversed()) {
        left.push(part);
      }
    }
    return "/" + ByteStrings.toText(String.join("/", found));
  }

  private static Optional<String> link(Tree tree, String above, String name) throws IOException {
    try (var directory = tree.directory(above)) {
      var status = tree.status(directory, name);
      return status != null && status.type() == FileStatus.SYMLINK
          ? Optional.of(tree.readSymlink(directory, name))
          : Optional.empty();
    } catch (TreeException e) {
      return Optional.empty();
    }
  }
}
