package io.gantry.agent.build;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.agent.image.KeptImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which image a step came to, by a digest of all that went into it. One small file an entry, which
 * appears whole; what cannot be read is no entry. Losing any of it costs time, never an image: so
 * it is not in the record. What it names is kept by {@link #ids} until it is forgotten.
 */
public final class BuildCache implements KeptImages {
  private static final Logger LOG = LoggerFactory.getLogger(BuildCache.class);
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param key digest of all that went into the step
   * @param parent key of the step before; empty: none
   * @param imageId what the step came to
   * @param instruction for people
   */
  record Entry(
      String key,
      String parent,
      String imageId,
      String instruction,
      Instant created,
      Instant lastUsed,
      long usages) {}

  private final Path directory;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Map<String, Integer> images = new HashMap<>();
  private final Set<String> usedSince = ConcurrentHashMap.newKeySet();
  private final AtomicLong temporary = new AtomicLong();

  private BuildCache(Path directory) {
    this.directory = directory;
  }

  public static BuildCache open(Path directory) throws IOException {
    var cache = new BuildCache(Files.createDirectories(directory));
    try (Stream<Path> files = Files.list(directory)) {
      for (var file : files.toList()) {
        cache.read(file);
      }
    }
    return cache;
  }

  private void read(Path file) throws IOException {
    var key = file.getFileName().toString();
    if (!KEY.matcher(key).matches()) {
      Files.deleteIfExists(file);
      return;
    }
    try {
      var json = JSON.readTree(file.toFile());
      remember(
          new Entry(
              key,
              json.path("parent").asText(""),
              json.path("image").asText(""),
              json.path("instruction").asText(""),
              Instant.parse(json.path("created").asText("")),
              Instant.parse(json.path("lastUsed").asText("")),
              json.path("usages").asLong()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("an entry of the build cache cannot be read and goes: {}", e.getMessage());
      Files.deleteIfExists(file);
    }
  }

  private synchronized void remember(Entry entry) {
    var before = entries.put(entry.key(), entry);
    images.merge(entry.imageId(), 1, Integer::sum);
    if (before != null) {
      drop(before.imageId());
    }
  }

  private void drop(String imageId) {
    images.computeIfPresent(imageId, (_, count) -> count == 1 ? null : count - 1);
  }

  /** Images that entries name. */
  @Override
  public synchronized Set<String> ids() {
    return Set.copyOf(images.keySet());
  }

  /** The step that came to it is done anew the next time; those before it are not. */
  @Override
  public void removed(String imageId) {
    for (var entry : all()) {
      if (entry.imageId().equals(imageId)) {
        try {
          forget(entry.key());
        } catch (IOException e) {
          LOG.warn("an entry of the build cache comes back at the next start: {}", e.getMessage());
        }
      }
    }
  }

  Optional<Entry> find(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  Collection<Entry> all() {
    return List.copyOf(entries.values());
  }

  /** From now on; also on the disk, as far as that goes. */
  void put(String key, String parent, String imageId, String instruction, Instant now) {
    var entry = new Entry(key, parent, imageId, instruction, now, now, 0);
    remember(entry);
    write(entry);
  }

  /** From now on; on the disk with the next {@link #writeUsed}. */
  void used(Entry entry, Instant now) {
    var again =
        new Entry(
            entry.key(),
            entry.parent(),
            entry.imageId(),
            entry.instruction(),
            entry.created(),
            now,
            entry.usages() + 1);
    remember(again);
    usedSince.add(entry.key());
  }

  /** What was used since the last time is on the disk, too. Nobody has to wait for that. */
  void writeUsed() {
    for (var key : usedSince) {
      usedSince.remove(key);
      writeAgain(key);
    }
  }

  /** Not what is being forgotten. */
  private synchronized void writeAgain(String key) {
    find(key).ifPresent(this::write);
  }

  synchronized void forget(String key) throws IOException {
    var entry = entries.remove(key);
    if (entry != null) {
      drop(entry.imageId());
    }
    Files.deleteIfExists(directory.resolve(key));
  }

  private void write(Entry entry) {
    ObjectNode json = JSON.createObjectNode();
    json.put("parent", entry.parent());
    json.put("image", entry.imageId());
    json.put("instruction", entry.instruction());
    json.put("created", entry.created().toString());
    json.put("lastUsed", entry.lastUsed().toString());
    json.put("usages", entry.usages());
    var file = directory.resolve("new-" + temporary.incrementAndGet());
    try {
      JSON.writeValue(file.toFile(), json);
      Files.move(file, directory.resolve(entry.key()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("an entry of the build cache is lost at the next start: {}", e.getMessage());
    }
  }
}
