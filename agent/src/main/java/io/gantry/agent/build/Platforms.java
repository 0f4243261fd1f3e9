package io.gantry.agent.build;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a Dockerfile may ask about where it is built and what for. */
final class Platforms {
  private Platforms() {}

  private static String host() {
    return switch (System.getProperty("os.arch", "")) {
      case "aarch64" -> "linux/arm64";
      case "amd64", "x86_64" -> "linux/amd64";
      case String other -> "linux/" + other;
    };
  }

  private static String target(String asked) {
    if (asked.isEmpty()) {
      return host();
    }
    return asked.contains("/") ? asked : "linux/" + asked;
  }

  static StageState scratch(String asked) {
    var parts = target(asked).split("/", 3);
    return StageState.scratch(parts[0], parts[1], parts.length > 2 ? parts[2] : "");
  }

  /** BUILDPLATFORM, TARGETARCH and so on. {@code stage}: the target's name. */
  static Map<String, String> arguments(String asked, String stage) {
    var values = new LinkedHashMap<String, String>();
    add(values, "BUILD", host());
    add(values, "TARGET", target(asked));
    values.put("TARGETSTAGE", stage.isEmpty() ? "default" : stage);
    return values;
  }

  private static void add(Map<String, String> values, String prefix, String platform) {
    var parts = platform.split("/", 3);
    values.put(prefix + "PLATFORM", platform);
    values.put(prefix + "OS", parts[0]);
    values.put(prefix + "ARCH", parts[1]);
    values.put(prefix + "VARIANT", parts.length > 2 ? parts[2] : "");
  }
}
