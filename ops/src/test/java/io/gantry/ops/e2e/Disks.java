package io.gantry.ops.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A whole block device of this machine, to limit access to. Nothing is written to it. */
final class Disks {
  /**
   * @param number MAJOR:MINOR
   */
  record Disk(String path, String number) {}

  private Disks() {}

  static Optional<Disk> any() throws IOException {
    try (var all = Files.list(Path.of("/sys/block"))) {
      for (var each : all.sorted().toList()) {
        var name = each.getFileName().toString();
        var node = Path.of("/dev", name);
        if (!name.matches("(loop|ram|zram|dm-).*") && Files.exists(node)) {
          return Optional.of(
              new Disk(node.toString(), Files.readString(each.resolve("dev")).strip()));
        }
      }
      return Optional.empty();
    }
  }
}
