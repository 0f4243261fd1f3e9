package io.gantry.agent.image.registry;

import io.gantry.agent.Credentials;
import io.gantry.agent.Registries.Found;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Searching, which only the first version of registries' API has: Docker's own answers it, and some
 * others.
 */
final class Search {
  private static final int MOST_BYTES = 4 << 20;
  private final RegistryClient client;

  Search(RegistryClient client) {
    this.client = client;
  }

  List<Found> search(String term, int limit, Credentials credentials) throws IOException {
    var slash = term.indexOf('/');
    var first = slash < 0 ? "" : term.substring(0, slash);
    var named = first.contains(".") || first.contains(":") || first.equals("localhost");
    var registry = new Host(named ? first : "docker.io");
    var words = named ? term.substring(slash + 1) : term;
    var base =
        registry.isDockerHub()
            ? URI.create("https://index.docker.io/")
            : client.door(registry).base();
    var uri =
        base.resolve(
            "v1/search?q=%s&n=%d"
                .formatted(URLEncoder.encode(words, StandardCharsets.UTF_8), limit));
    var request = client.wire().request(uri);
    if (!credentials.username().isEmpty() && credentials.password().isGiven()) {
      var pair = credentials.username() + ":" + credentials.password().value();
      request.setHeader(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    var response = client.wire().send(request.GET().build());
    try (var body = response.body()) {
      if (response.statusCode() != 200) {
        throw new RegistryFailure(Kind.OTHER, "Unexpected status code " + response.statusCode());
      }
      return read(body.readNBytes(MOST_BYTES + 1));
    }
  }

  private static List<Found> read(byte[] bytes) throws IOException {
    var found = new ArrayList<Found>();
    for (var one : RegistryJson.object(bytes, "the answer to a search").path("results")) {
      found.add(
          new Found(
              one.path("name").asText(""),
              one.path("description").asText(""),
              one.path("star_count").asInt(0),
              one.path("is_official").asBoolean(false),
              one.path("is_automated").asBoolean(false)));
    }
    return List.copyOf(found);
  }
}
