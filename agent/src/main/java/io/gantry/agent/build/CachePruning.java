package io.gantry.agent.build;

import io.gantry.agent.Builds.CacheRecord;
import io.gantry.agent.Builds.Prune;
import io.gantry.agent.Builds.Pruned;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Layer;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the build cache costs, and taking it away. Walks the disk for the mounts of RUN steps. */
final class CachePruning {
  private final Workshop workshop;

  CachePruning(Workshop workshop) {
    this.workshop = workshop;
  }

  Collection<CacheRecord> records() {
    var needed =
        workshop.images().list().stream()
            .flatMap(image -> image.getDiffIdsList().stream())
            .collect(Collectors.toSet());
    var records = new ArrayList<CacheRecord>();
    for (var entry : workshop.cache().all()) {
      records.add(record(entry, needed));
    }
    records.addAll(mounts());
    return records;
  }

  private CacheRecord record(BuildCache.Entry entry, Set<String> needed) {
    var layer = workshop.store().image(entry.imageId()).map(CachePruning::own).orElse("");
    var bytes =
        layer.isEmpty()
            ? 0
            : workshop.store().layers().find(Digest.parse(layer)).map(Layer::size).orElse(0L);
    return new CacheRecord(
        entry.key(),
        entry.parent(),
        "regular",
        entry.instruction(),
        bytes,
        entry.created(),
        entry.lastUsed(),
        entry.usages(),
        false,
        needed.contains(layer));
  }

  /** The layer that the image's last step made; empty: none. */
  private static String own(Image image) {
    var steps = image.getHistoryCount();
    return steps > 0 && !image.getHistory(steps - 1).getEmptyLayer() && image.getDiffIdsCount() > 0
        ? image.getDiffIds(image.getDiffIdsCount() - 1)
        : "";
  }

  private List<CacheRecord> mounts() {
    var home = workshop.cacheMounts();
    if (!Files.isDirectory(home)) {
      return List.of();
    }
    var records = new ArrayList<CacheRecord>();
    try (Stream<Path> directories = Files.list(home)) {
      for (var directory : directories.toList()) {
        var used = Files.getLastModifiedTime(directory).toInstant();
        records.add(
            new CacheRecord(
                directory.getFileName().toString(),
                "",
                "exec.cachemount",
                "mount of RUN steps",
                DiskBytes.of(directory),
                used,
                used,
                0,
                CacheMounts.isTaken(directory),
                false));
      }
    } catch (IOException e) {
      // Something goes away while it is looked at: what was seen by then is told.
      return records;
    }
    return records;
  }

  /** Forgets what is beyond the limits. Walks the disk; one at a time. */
  synchronized Pruned bound() throws IOException {
    var gone = CacheBound.exceeding(items(), workshop.limits(), workshop.clock().instant());
    var mounts = mounts().stream().collect(Collectors.toMap(CacheRecord::id, CacheRecord::bytes));
    var freed = 0L;
    for (var id : gone) {
      var mount = mounts.get(id);
      if (mount == null) {
        workshop.cache().forget(id);
      } else {
        io.gantry.agent.host.kernel.Tree.delete(workshop.cacheMounts().resolve(id));
        freed += mount;
      }
    }
    if (!gone.isEmpty()) {
      freed += workshop.images().sweep();
    }
    return new Pruned(gone, freed);
  }

  private List<CacheBound.Item> items() {
    var needed =
        workshop.images().list().stream()
            .flatMap(image -> image.getDiffIdsList().stream())
            .collect(Collectors.toSet());
    var items = new ArrayList<CacheBound.Item>();
    for (var entry : workshop.cache().all()) {
      items.add(
          new CacheBound.Item(
              entry.key(), entry.parent(), entry.lastUsed(), alone(entry, needed), false));
    }
    for (var mount : mounts()) {
      items.add(
          new CacheBound.Item(
              mount.id(), "", mount.lastUsed(), Map.of(mount.id(), mount.bytes()), mount.inUse()));
    }
    return items;
  }

  /** Layers that images of their own do not need. */
  private Map<String, Long> alone(BuildCache.Entry entry, Set<String> needed) {
    var layers = new HashMap<String, Long>();
    workshop
        .store()
        .image(entry.imageId())
        .ifPresent(
            image -> {
              for (var diffId : image.getDiffIdsList()) {
                if (!needed.contains(diffId)) {
                  workshop
                      .store()
                      .layers()
                      .find(Digest.parse(diffId))
                      .ifPresent(layer -> layers.put(diffId, layer.size()));
                }
              }
            });
    return layers;
  }

  /** Oldest first; layers go when nothing else needs them. */
  Pruned prune(Prune prune) throws IOException {
    var now = workshop.clock().instant();
    var all = records().stream().sorted(Comparator.comparing(CacheRecord::lastUsed)).toList();
    var left = all.stream().mapToLong(CacheRecord::bytes).sum();
    var gone = new ArrayList<String>();
    var freed = 0L;
    for (var record : all) {
      if (prune.keepBytes() > 0 && left <= prune.keepBytes()) {
        break;
      }
      if (!isWanted(record, prune, now)) {
        continue;
      }
      if (record.type().equals("regular")) {
        workshop.cache().forget(record.id());
      } else {
        io.gantry.agent.host.kernel.Tree.delete(workshop.cacheMounts().resolve(record.id()));
        freed += record.bytes();
      }
      left -= record.bytes();
      gone.add(record.id());
    }
    freed += workshop.images().sweep();
    return new Pruned(List.copyOf(gone), freed);
  }

  private static boolean isWanted(CacheRecord record, Prune prune, Instant now) {
    return !record.inUse()
        && (prune.all() || !record.shared())
        && prune.which().includes(record)
        && prune
            .unusedFor()
            .filter(least -> Duration.between(record.lastUsed(), now).compareTo(least) < 0)
            .isEmpty();
  }
}
