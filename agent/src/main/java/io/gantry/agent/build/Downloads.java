package io.gantry.agent.build;

import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** What ADD and a build take from an address. Held in memory, so it is bounded. */
final class Downloads {
  private static final int LARGEST = 512 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(30))
          .build();

  private Downloads() {}

  record Fetched(String name, byte[] bytes) {}

  static boolean isRemote(String source) {
    return source.startsWith("http://") || source.startsWith("https://");
  }

  /** {@code checksum}: "sha256:…" that the content must have. */
  static Fetched fetch(String address, Optional<String> checksum)
      throws BuildFailed, InterruptedException {
    if (checksum.isPresent() && !Digest.isDigest(checksum.get())) {
      throw new BuildFailed("invalid checksum \"%s\"".formatted(checksum.get()));
    }
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new BuildFailed("invalid URL %s".formatted(address));
    }
    var path = String.valueOf(uri.getPath());
    var name = path.substring(path.lastIndexOf('/') + 1);
    if (name.isEmpty()) {
      throw new BuildFailed("cannot determine filename from url: %s".formatted(address));
    }
    var bytes = bytes(uri, address);
    var found = Digest.of(bytes).toString();
    if (checksum.isPresent() && !checksum.get().equals(found)) {
      throw new BuildFailed("digest mismatch %s: %s".formatted(found, checksum.get()));
    }
    return new Fetched(name, bytes);
  }

  /** What is there, under whatever name. */
  static byte[] content(String address) throws BuildFailed, InterruptedException {
    try {
      return bytes(URI.create(address), address);
    } catch (IllegalArgumentException e) {
      throw new BuildFailed("invalid URL %s".formatted(address));
    }
  }

  private static byte[] bytes(URI uri, String address) throws BuildFailed, InterruptedException {
    var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
    try {
      var response = CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (response.statusCode() >= 400) {
          throw new BuildFailed(
              "failed to GET %s with status %d".formatted(address, response.statusCode()));
        }
        var bytes = body.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
          throw new BuildFailed("%s is larger than %d bytes".formatted(address, LARGEST));
        }
        return bytes;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new BuildFailed("failed to GET %s: %s".formatted(address, e.getMessage()));
    }
  }
}
