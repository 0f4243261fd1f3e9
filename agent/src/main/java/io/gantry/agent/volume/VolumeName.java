package io.gantry.agent.volume;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** What a volume may be called: it becomes the name of a directory. */
final class VolumeName {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final int LONGEST = 255;

  private VolumeName() {}

  /** Why not, in Docker's words. Empty: it may. */
  static Optional<String> refusal(String name) {
    if (name.length() == 1) {
      return Optional.of(
          "create %s: volume name is too short, names should be at least two alphanumeric characters"
              .formatted(name));
    }
    if (!FORM.matcher(name).matches()) {
      return Optional.of(
          ("create %1$s: \"%1$s\" includes invalid characters for a local volume name, only"
                  + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
                  + " directory, use absolute path")
              .formatted(name));
    }
    return name.length() > LONGEST
        ? Optional.of(
            "create %s: volume name is longer than %d characters".formatted(name, LONGEST))
        : Optional.empty();
  }

  static String random(RandomGenerator random) {
    var name = new StringBuilder(64);
    for (var i = 0; i < 64; i++) {
      name.append(Character.forDigit(random.nextInt(16), 16));
    }
    return name.toString();
  }
}
