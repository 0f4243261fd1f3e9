package io.gantry.agent.host.firewall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** How many rules are listed in {@code nft --json list table}. */
  static int rules(String json) throws IOException {
    try {
      var count = 0;
      for (var item : JSON.readTree(json).path("nftables")) {
        count += item.has("rule") ? 1 : 0;
      }
      return count;
    } catch (JsonProcessingException malformed) {
      throw new IOException("nft lists its table in an unknown form", malformed);
    }
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
    for (var pair : map.path("elem")) {
      var key = pair.path(0).path("elem");
      var id = ContainerId.parse(key.path("comment").asText());
      var entry = entry(key.path("val").path("concat"), pair.path(1).path("concat"));
      if (id.isPresent() && entry.isPresent()) {
        published.computeIfAbsent(id.get(), first -> new ArrayList<>()).add(entry.get());
      }
    }
  }

  private static Optional<Entry> entry(JsonNode key, JsonNode value) {
    var parts = key.size();
    try {
      return Optional.of(
          new Entry(
              parts == 3
                  ? Optional.of(InetAddress.ofLiteral(key.path(0).asText()))
                  : Optional.empty(),
              Protocol.parse(key.path(parts - 2).asText()),
              key.path(parts - 1).asInt(),
              InetAddress.ofLiteral(value.path(0).asText()),
              value.path(1).asInt()));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }
}
