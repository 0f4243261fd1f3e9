package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One mount of a container (runtime-spec, "Mounts"). */
record MountEntry(String destination, String type, String source, List<String> options) {
  MountEntry {
    options = List.copyOf(options);
  }

  static MountEntry bind(String source, String destination, String... options) {
    return new MountEntry(destination, "bind", source, List.of(options));
  }

  int depth() {
    return (int) destination.chars().filter(c -> c == '/').count();
  }

  ObjectNode json() {
    var json =
        Json.object().put("destination", destination).put("type", type).put("source", source);
    json.set("options", Json.strings(options));
    return json;
  }
}
