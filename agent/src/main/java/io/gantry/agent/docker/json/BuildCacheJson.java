package io.gantry.agent.docker.json;

import io.gantry.agent.Builds.CacheRecord;
import java.util.Collection;

/** The build cache in {@code GET /system/df}. */
public final class BuildCacheJson {
  private BuildCacheJson() {}

  /** The fields, into an object that is open. */
  public static void write(JsonWriter json, Collection<CacheRecord> records) {
    json.array("BuildCache", records, record -> write(json, record));
    json.number("BuilderSize", records.stream().mapToLong(CacheRecord::bytes).sum());
  }

  private static void write(JsonWriter json, CacheRecord record) {
    json.object(
        () -> {
          json.text("ID", record.id());
          json.textIfGiven("Parent", record.parent());
          json.text("Type", record.type());
          json.text("Description", record.description());
          json.flag("InUse", record.inUse());
          json.flag("Shared", record.shared());
          json.number("Size", record.bytes());
          json.time("CreatedAt", record.created());
          json.time("LastUsedAt", record.lastUsed());
          json.number("UsageCount", record.usages());
        });
  }
}
