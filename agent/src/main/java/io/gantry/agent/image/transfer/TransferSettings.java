package io.gantry.agent.image.transfer;

import com.typesafe.config.Config;
import io.gantry.agent.image.registry.RegistrySettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How images move.
 *
 * @param downloads blobs of one pull that are fetched at a time
 * @param uploads layers of one push that are sent at a time
 * @param unpacking layers of this host that are unpacked at a time
 * @param keep how long what broke off is kept for another attempt
 * @param keepBytes how much of it
 * @param policy the file that says which images may come and run
 * @param keepLayers how long layers of a pull that came to nothing stay unpacked
 */
public record TransferSettings(
    RegistrySettings registries,
    int downloads,
    int uploads,
    int unpacking,
    Duration keep,
    long keepBytes,
    Duration keepLayers,
    Optional<Path> policy) {
  public static final TransferSettings DEFAULT =
      new TransferSettings(
          RegistrySettings.DEFAULT,
          3,
          5,
          Math.max(2, Runtime.getRuntime().availableProcessors()),
          Duration.ofHours(24),
          10L << 30,
          Duration.ofHours(1),
          Optional.empty());

  /**
   * As {@code gantry.registries} of the configuration says.
   *
   * @throws com.typesafe.config.ConfigException for what cannot be so
   */
  public static TransferSettings of(Config config) {
    var mine = config.getConfig("gantry.registries");
    return new TransferSettings(
        new RegistrySettings(
            Set.copyOf(mine.getStringList("insecure")),
            mine.getStringList("mirrors").stream().map(URI::create).toList(),
            mine.getStringList("certificates").stream().map(Path::of).toList(),
            mine.getDuration("connect"),
            mine.getDuration("answer"),
            mine.getDuration("silence"),
            mine.getInt("attempts")),
        mine.getInt("downloads"),
        mine.getInt("uploads"),
        DEFAULT.unpacking(),
        mine.getDuration("keep"),
        mine.getBytes("keep-bytes"),
        mine.getDuration("keep-layers"),
        Optional.of(mine.getString("policy")).filter(file -> !file.isEmpty()).map(Path::of));
  }
}
