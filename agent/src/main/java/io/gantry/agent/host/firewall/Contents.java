package io.gantry.agent.host.firewall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in the table's sets and maps: every element's comment says whose it is.
 *
 * @param networks by bridge
 * @param published by container
 */
record Contents(Map<String, Network> networks, Map<ContainerId, List<Entry>> published) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Contents empty() {
    return new Contents(new HashMap<>(), new HashMap<>());
  }

  /** From {@code nft --json list table}. Elements of another form are not ours. */
  static Contents parse(String json) throws IOException {
    var contents = empty();
    try {
      for (var item : JSON.readTree(json).path("nftables")) {
        contents.addBridges(item.path("set"));
        contents.addPublished(item.path("map"));
      }
    } catch (JsonProcessingException malformed) {
      throw new IOException("nft lists its table in an unknown form", malformed);
    }
    return contents;
  }

  private void addBridges(JsonNode set) {
    if (set.path("name").asText().equals("bridges")) {
      for (var element : set.path("elem")) {
        var inner = element.path("elem");
        Network.parse(inner.path("comment").asText())
            .ifPresent(network -> networks.put(inner.path("val").asText(), network));
      }
    }
  }

  private void addPublished(JsonNode map) {
    var name = map.path("name").asText();
    for (var pair : map.path("elem")) {
      var key = pair.path(0).path("elem");
      ContainerId.parse(key.path("comment").asText())
          .ifPresent(
              id ->
                  published
                      .computeIfAbsent(id, first -> new ArrayList<>())
                      .add(new Entry(name, joined(key.path("val")), joined(pair.path(1)))));
    }
  }

  private static String joined(JsonNode concatenation) {
    var parts = new ArrayList<String>();
    concatenation.path("concat").forEach(part -> parts.add(part.asText()));
    return String.join(" . ", parts);
  }
}
