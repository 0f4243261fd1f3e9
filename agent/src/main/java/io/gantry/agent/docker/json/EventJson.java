package io.gantry.agent.docker.json;

import java.time.Instant;
import java.util.Map;

/** One message of an event stream, with the top-level fields that older clients read. */
public final class EventJson {
  private EventJson() {}

  public static void write(
      JsonWriter json,
      String type,
      String action,
      String id,
      Map<String, String> attributes,
      Instant time) {
    json.object(
        () -> {
          if (type.equals("container") || type.equals("image")) {
            json.text("status", action);
            json.text("id", id);
            if (type.equals("container")) {
              json.textIfGiven("from", attributes.getOrDefault("image", ""));
            }
          }
          json.text("Type", type);
          json.text("Action", action);
          json.object(
              "Actor",
              () -> {
                json.text("ID", id);
                json.map("Attributes", attributes);
              });
          json.text("scope", "local");
          json.number("time", time.getEpochSecond());
          json.number(
              "timeNano",
              Math.addExact(
                  Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano()));
        });
  }
}
