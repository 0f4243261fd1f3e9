package io.gantry.agent.docker;

import akka.util.ByteString;
import io.gantry.agent.docker.json.JsonObject;
import java.util.List;

/**
 * Platforms in a request's query: each a JSON object as the OCI image-spec has it (image-index.md,
 * "platform"). Requests of before 1.48 have none.
 */
final class PlatformQuery {
  private static final int MOST = 64;

  private PlatformQuery() {}

  /** As "linux/arm64/v8". */
  static List<String> read(Call call) {
    if (!call.version().atLeast(1, 48)) {
      return List.of();
    }
    var given = call.queries("platform").stream().filter(text -> !text.isEmpty()).toList();
    if (given.size() > MOST) {
      throw Refusal.invalid("%d platforms are more than %d".formatted(given.size(), MOST));
    }
    return given.stream().map(PlatformQuery::platform).toList();
  }

  private static String platform(String json) {
    JsonObject object;
    try {
      object = JsonObject.parse(ByteString.fromString(json));
    } catch (Refusal refusal) {
      throw Refusal.invalid("failed to parse platform: " + refusal.getMessage());
    }
    var system = object.textOr("os", "");
    var architecture = object.textOr("architecture", "");
    var variant = object.textOr("variant", "");
    if (system.isEmpty() || architecture.isEmpty()) {
      throw Refusal.invalid(
          system.isEmpty() && architecture.isEmpty() && !variant.isEmpty()
              ? "optional platform fields provided, but OS and Architecture are missing"
              : "both OS and Architecture must be provided");
    }
    return system + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
