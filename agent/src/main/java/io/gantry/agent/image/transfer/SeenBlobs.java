package io.gantry.agent.image.transfer;

import io.gantry.agent.image.Digest;
import io.gantry.agent.image.registry.Descriptor;
import io.gantry.agent.image.registry.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How registries have layers: which packed blobs were seen to hold a layer's tar. That a blob is a
 * layer stays true for ever, so it is kept longer than the layer itself: who makes the same layer
 * again and pushes it need not pack it to learn that the registry has it.
 *
 * <p>One line of a file each, added as they are seen; the oldest are forgotten. Losing any of it
 * costs time only, so nothing waits for the disk, and what cannot be read is not there. Any thread.
 */
final class SeenBlobs {
  private static final Logger LOG = LoggerFactory.getLogger(SeenBlobs.class);
  private static final int MOST_LAYERS = 5000;
  private static final int MOST_OF_A_LAYER = 3;
  private static final long LARGEST_FILE = 16 << 20;
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{64}) ([0-9a-f]{64}) ([0-9]{1,18}) ([a-z]{3,4})");
  private static final Map<String, String> KINDS =
      Map.of(
          "gzip", MediaTypes.DOCKER_LAYER,
          "zstd", MediaTypes.OCI_LAYER_ZSTD,
          "tar", MediaTypes.OCI_LAYER);

  private final Path file;
  private final Map<Digest, List<Descriptor>> seen = new LinkedHashMap<>();
  private int lines;

  private SeenBlobs(Path file) {
    this.file = file;
  }

  static SeenBlobs open(Path file) {
    var blobs = new SeenBlobs(file);
    blobs.read();
    return blobs;
  }

  private void read() {
    try {
      if (!Files.exists(file)) {
        return;
      }
      if (Files.size(file) > LARGEST_FILE) {
        throw new IOException("it is larger than %d bytes".formatted(LARGEST_FILE));
      }
      for (var line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        lines++;
        var parts = LINE.matcher(line);
        var kind = parts.matches() ? KINDS.get(parts.group(4)) : null;
        if (kind != null) {
          var size = Long.parseLong(parts.group(3));
          var blob = new Descriptor(kind, new Digest(parts.group(2)), size, Optional.empty());
          add(new Digest(parts.group(1)), blob);
        }
      }
    } catch (IOException e) {
      LOG.warn("what blobs registries have is forgotten: {}: {}", file, e.getMessage());
      lines = Integer.MAX_VALUE / 2;
    }
  }

  /** The latest first. Whether a registry still has one, only it can say. */
  synchronized List<Descriptor> of(Digest diffId) {
    return seen.getOrDefault(diffId, List.of());
  }

  /** A registry has this blob, and its unpacked bytes are this layer: somebody has checked both. */
  synchronized void remember(Digest diffId, Descriptor blob) {
    var first = of(diffId).stream().findFirst();
    if (first.equals(Optional.of(blob)) || !KINDS.containsValue(blob.mediaType())) {
      return;
    }
    add(diffId, blob);
    try {
      if (lines >= 2 * MOST_LAYERS * MOST_OF_A_LAYER) {
        rewrite();
      } else {
        // The first end of line is for what a crash may have left of the line before.
        Files.writeString(
            file,
            (lines == 0 ? "" : "\n") + line(diffId, blob),
            StandardCharsets.US_ASCII,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        lines++;
      }
    } catch (IOException e) {
      LOG.warn("what blob a registry has is forgotten at the next start: {}", e.getMessage());
    }
  }

  private void add(Digest diffId, Descriptor blob) {
    var blobs = new ArrayList<>(List.of(blob));
    var before = seen.remove(diffId);
    if (before != null) {
      before.stream()
          .filter(one -> !one.equals(blob))
          .limit(MOST_OF_A_LAYER - 1)
          .forEach(blobs::add);
    }
    seen.put(diffId, List.copyOf(blobs));
    if (seen.size() > MOST_LAYERS) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  private void rewrite() throws IOException {
    var all = new ArrayList<String>();
    seen.forEach((diffId, blobs) -> blobs.reversed().forEach(one -> all.add(line(diffId, one))));
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(draft, String.join("\n", all), StandardCharsets.US_ASCII);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    lines = all.size();
  }

  private static String line(Digest diffId, Descriptor blob) {
    var kind =
        KINDS.entrySet().stream()
            .filter(entry -> entry.getValue().equals(blob.mediaType()))
            .findFirst()
            .orElseThrow()
            .getKey();
    return "%s %s %d %s".formatted(diffId.hex(), blob.digest().hex(), blob.size(), kind);
  }
}
