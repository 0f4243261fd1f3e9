package io.gantry.persistence.record;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a record is kept. {@code reference.conf} says what each means and holds the defaults.
 *
 * @param directory where it is; made when missing
 * @param queue writes that may wait for the disk
 * @param queueBytes their sizes together
 * @param batch writes that share one fsync at most
 * @param largestEntry bytes of one event at most
 * @param tail newest entries held in memory for readers
 * @param tailBytes their sizes together
 * @param writeBuffer bytes the store collects in memory before it writes a table
 * @param cache bytes of table blocks held in memory
 * @param reserve bytes that must be free on the disk for a write to be tried
 * @param retry between two attempts to open the store again after a failure
 * @param readers threads that read from disk
 * @param retention how much of the past is kept
 */
public record RecordSettings(
    Path directory,
    int queue,
    long queueBytes,
    int batch,
    int largestEntry,
    int tail,
    long tailBytes,
    long writeBuffer,
    long cache,
    long reserve,
    Duration retry,
    int readers,
    Retention retention) {

  /**
   * How much of the past is kept, beyond what living entities are rebuilt from.
   *
   * @param age entries younger than this are kept; zero: age is no reason to remove any
   * @param size bytes of the kept entries on disk; zero: size is no reason
   * @param interval between two looks
   */
  public record Retention(Duration age, long size, Duration interval) {}

  /**
   * @param config a whole configuration, with {@code gantry.record} in it
   */
  public static RecordSettings from(Config config) {
    var record = config.getConfig("gantry.record");
    var directory = record.getString("directory");
    if (directory.isBlank()) {
      throw new IllegalArgumentException(
          "gantry.record.directory is not set: expected a directory for the record");
    }
    return new RecordSettings(
        Path.of(directory).toAbsolutePath(),
        record.getInt("queue"),
        record.getBytes("queue-size"),
        record.getInt("batch"),
        Math.toIntExact(record.getBytes("largest-entry")),
        record.getInt("tail"),
        record.getBytes("tail-size"),
        record.getBytes("write-buffer"),
        record.getBytes("cache"),
        record.getBytes("reserve"),
        record.getDuration("retry"),
        record.getInt("readers"),
        new Retention(
            record.getDuration("retention.age"),
            record.getBytes("retention.size"),
            record.getDuration("retention.interval")));
  }

  /** The defaults for a record in {@code directory}. */
  public static RecordSettings in(Path directory) {
    return from(
        ConfigFactory.parseMap(Map.of("gantry.record.directory", directory.toString()))
            .withFallback(
                ConfigFactory.parseResources(
                    RecordSettings.class.getClassLoader(), "reference.conf"))
            .withOnlyPath("gantry.record")
            .resolve());
  }
}
