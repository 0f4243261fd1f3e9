package io.gantry.agent.host.bundle;

import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From Docker's words for a bind or a volume to mount options. */
final class MountOptions {
  private static final Set<String> PROPAGATION =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

  /** Words of {@code -v} that are no mount options: relabelling, copying, consistency on Macs. */
  private static final Set<String> NOT_MOUNT =
      Set.of(
          "z",
          "Z",
          "rw",
          "ro",
          "copy",
          "nocopy",
          "U",
          "consistent",
          "cached",
          "delegated",
          "default",
          "");

  private MountOptions() {}

  static List<String> of(MountPoint mount, Optional<MountSpec> asked) {
    var words = List.of(mount.getMode().split(","));
    var options = new ArrayList<String>();
    var single = asked.map(MountSpec::getNonRecursive).orElse(false) || words.contains("bind");
    options.add(single ? "bind" : "rbind");
    if (!mount.getReadWrite()) {
      var recursively = asked.map(MountSpec::getReadOnlyForceRecursive).orElse(false);
      options.add(recursively ? "rro" : "ro");
    }
    options.add(propagation(mount, words));
    words.stream()
        .filter(word -> !PROPAGATION.contains(word) && !NOT_MOUNT.contains(word))
        .filter(word -> !word.equals("bind") && !word.equals("rbind"))
        .forEach(options::add);
    return options;
  }

  static String propagation(MountPoint mount, List<String> words) {
    if (!mount.getPropagation().isEmpty()) {
      return mount.getPropagation();
    }
    return words.stream().filter(PROPAGATION::contains).findFirst().orElse("rprivate");
  }

  /** Docker's defaults for a tmpfs, before those asked for. */
  static List<String> ofTmpfs(String asked) {
    var options = new ArrayList<>(List.of("noexec", "nosuid", "nodev", "rprivate"));
    for (var word : asked.split(",")) {
      if (word.isEmpty()) {
        continue;
      }
      opposite(word).ifPresent(options::remove);
      options.remove(word);
      options.add(word);
    }
    return options;
  }

  private static Optional<String> opposite(String word) {
    return switch (word) {
      case "exec", "suid", "dev" -> Optional.of("no" + word);
      default -> Optional.empty();
    };
  }

  static List<String> ofTmpfs(MountSpec mount) {
    var words = new ArrayList<String>();
    if (mount.getTmpfsSizeBytes() > 0) {
      words.add("size=" + mount.getTmpfsSizeBytes());
    }
    if (mount.getTmpfsMode() != 0) {
      words.add("mode=" + Integer.toOctalString(mount.getTmpfsMode()));
    }
    if (mount.getReadOnly()) {
      words.add("ro");
    }
    mount
        .getTmpfsOptionsList()
        .forEach(option -> words.add(String.join("=", option.getValuesList())));
    return ofTmpfs(String.join(",", words));
  }
}
