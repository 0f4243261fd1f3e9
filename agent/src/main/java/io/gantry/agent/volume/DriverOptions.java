package io.gantry.agent.volume;

import io.gantry.agent.host.kernel.Mounts;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Options of the local driver: the volume is a file system that is mounted when the first container
 * needs it, as mount(8) would with {@code -t type -o o device}.
 *
 * @param flags of mount(2)
 * @param data what the file system itself is told
 */
record DriverOptions(String type, String device, long flags, String data) {
  private static final Set<String> KNOWN = Set.of("type", "o", "device", "size");
  private static final Map<String, Long> FLAGS =
      Map.of(
          "ro", Mounts.MS_RDONLY,
          "nosuid", Mounts.MS_NOSUID,
          "nodev", Mounts.MS_NODEV,
          "noexec", Mounts.MS_NOEXEC,
          "bind", Mounts.MS_BIND,
          "rbind", Mounts.MS_BIND | Mounts.MS_REC);
  private static final Set<String> DEFAULTS = Set.of("rw", "suid", "dev", "exec", "defaults");

  /** Why these cannot be, in Docker's words. Empty: they can. */
  static Optional<String> refusal(String name, Map<String, String> options) {
    for (var option : options.keySet()) {
      if (!KNOWN.contains(option)) {
        return Optional.of("create %s: invalid option: \"%s\"".formatted(name, option));
      }
    }
    if (options.containsKey("size")) {
      return Optional.of("create %s: quota size requested but no quota support".formatted(name));
    }
    for (var required : options.isEmpty() ? Set.<String>of() : Set.of("device", "type")) {
      if (options.getOrDefault(required, "").isEmpty()) {
        return Optional.of("create %s: missing required option: \"%s\"".formatted(name, required));
      }
    }
    return Optional.empty();
  }

  /** Empty: an ordinary directory. */
  static Optional<DriverOptions> of(Map<String, String> options) {
    if (options.isEmpty()) {
      return Optional.empty();
    }
    long flags = 0;
    var data = new ArrayList<String>();
    for (var word : options.getOrDefault("o", "").split(",")) {
      if (FLAGS.containsKey(word)) {
        flags |= FLAGS.get(word);
      } else if (!word.isBlank() && !DEFAULTS.contains(word)) {
        data.add(word);
      }
    }
    return Optional.of(
        new DriverOptions(
            options.getOrDefault("type", ""),
            options.getOrDefault("device", ""),
            flags,
            String.join(",", data)));
  }
}
