package io.gantry.agent.build;

import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Platform;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a Dockerfile may ask about where it is built and what for. */
final class Platforms {
  private Platforms() {}

  /** What a user asked for; nothing is this host's. */
  static Platform of(String asked) throws BuildFailed {
    try {
      var platform = Platform.parse(asked);
      // As images are named that were not asked for by variant.
      return asked.isEmpty() ? platform.normal() : platform;
    } catch (BadImage e) {
      throw new BuildFailed(String.valueOf(e.getMessage()));
    }
  }

  /** BUILDPLATFORM, TARGETARCH and so on. {@code stage}: the target's name. */
  static Map<String, String> arguments(String asked, String stage) throws BuildFailed {
    var values = new LinkedHashMap<String, String>();
    add(values, "BUILD", of(""));
    add(values, "TARGET", of(asked));
    values.put("TARGETSTAGE", stage.isEmpty() ? "default" : stage);
    return values;
  }

  private static void add(Map<String, String> values, String prefix, Platform platform) {
    values.put(prefix + "PLATFORM", platform.toString());
    values.put(prefix + "OS", platform.os());
    values.put(prefix + "ARCH", platform.architecture());
    values.put(prefix + "VARIANT", platform.variant());
  }
}
