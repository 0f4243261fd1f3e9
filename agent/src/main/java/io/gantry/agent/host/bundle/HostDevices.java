package io.gantry.agent.host.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Device nodes of the host. */
public interface HostDevices {
  /** {@code type}: "c" or "b". */
  record Node(Path path, String type, long major, long minor, int mode, long uid, long gid) {}

  /** The node itself, or all below a directory. Nothing there: an error that names it. */
  List<Node> at(Path path) throws IOException;

  /** Reads /dev. Symbolic links are followed at the top, never below. */
  HostDevices LINUX = path -> read(path);

  private static List<Node> read(Path path) throws IOException {
    var nodes = new ArrayList<Node>();
    try {
      var real = path.toRealPath();
      if (Files.isDirectory(real)) {
        try (Stream<Path> tree = Files.walk(real)) {
          for (var each : tree.toList()) {
            node(each, path.resolve(real.relativize(each))).ifPresent(nodes::add);
          }
        }
      } else {
        node(real, path).ifPresent(nodes::add);
      }
    } catch (NoSuchFileException missing) {
      throw new IOException(
          "error gathering device information while adding custom device \"%s\": no such file or directory"
              .formatted(path),
          missing);
    }
    if (nodes.isEmpty()) {
      throw new IOException(
          "error gathering device information while adding custom device \"%s\": not a device node"
              .formatted(path));
    }
    return nodes;
  }

  private static java.util.Optional<Node> node(Path real, Path named) throws IOException {
    var facts = Files.readAttributes(real, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
    var mode = (int) number(facts, "mode");
    var type =
        switch (mode & 0170000) {
          case 0020000 -> "c";
          case 0060000 -> "b";
          default -> "";
        };
    if (type.isEmpty()) {
      return java.util.Optional.empty();
    }
    var device = number(facts, "rdev");
    return java.util.Optional.of(
        new Node(
            named,
            type,
            (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL),
            (device & 0xff) | (device >>> 12 & ~0xffL),
            mode & 07777,
            number(facts, "uid"),
            number(facts, "gid")));
  }

  private static long number(Map<String, Object> facts, String name) {
    return ((Number) Objects.requireNonNull(facts.get(name))).longValue();
  }
}
