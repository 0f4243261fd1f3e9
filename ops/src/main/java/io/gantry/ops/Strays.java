package io.gantry.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What an agent may leave that is nobody's in particular. */
final class Strays {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LARGEST_CONFIGURATION = 4 << 20;

  /** Longer than layers of a pull that came to nothing are kept for the next attempt. */
  private static final Duration OLD = Duration.ofHours(3);

  private Strays() {}

  /**
   * Old layers that no image has. While there are containers the image of one may have been removed
   * and its layers stay for it, so then nothing is said.
   */
  static List<String> layers(Path state) {
    try (var containers = entries(state.resolve("containers"));
        var layers = entries(state.resolve("layers"))) {
      if (containers.findAny().isPresent()) {
        return List.of();
      }
      var old = Instant.now().minus(OLD);
      var candidates = new ArrayList<Path>();
      for (var layer : layers.toList()) {
        if (Files.getLastModifiedTime(layer).toInstant().isBefore(old)) {
          candidates.add(layer);
        }
      }
      var named = candidates.isEmpty() ? Set.of() : ofImages(state.resolve("content/sha256"));
      return candidates.stream()
          .map(layer -> layer.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{64}") && !named.contains(name))
          .sorted()
          .map("layer sha256:%s is of no image"::formatted)
          .toList();
    } catch (IOException gone) {
      return List.of();
    }
  }

  private static Stream<Path> entries(Path directory) throws IOException {
    return Files.isDirectory(directory) ? Files.list(directory) : Stream.empty();
  }

  /** Named by any configuration that is stored, the build cache's too. */
  private static Set<String> ofImages(Path blobs) throws IOException {
    var named = new HashSet<String>();
    try (var files = entries(blobs)) {
      for (var file : files.toList()) {
        if (Files.size(file) <= LARGEST_CONFIGURATION) {
          try {
            JSON.readTree(file.toFile())
                .at("/rootfs/diff_ids")
                .forEach(layer -> named.add(layer.asText().replaceFirst("^sha256:", "")));
          } catch (JsonProcessingException noConfiguration) {
            continue;
          }
        }
      }
    }
    return named;
  }
}
