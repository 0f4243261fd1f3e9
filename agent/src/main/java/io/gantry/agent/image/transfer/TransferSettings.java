package io.gantry.agent.image.transfer;

import io.gantry.agent.image.registry.RegistrySettings;
import java.time.Duration;

/**
 * How images move.
 *
 * @param downloads blobs of one pull that are fetched at a time
 * @param uploads layers of one push that are sent at a time
 * @param unpacking layers of this host that are unpacked at a time
 * @param keep how long what broke off is kept for another attempt
 * @param keepBytes how much of it
 * @param keepLayers how long layers of a pull that came to nothing stay unpacked
 */
public record TransferSettings(
    RegistrySettings registries,
    int downloads,
    int uploads,
    int unpacking,
    Duration keep,
    long keepBytes,
    Duration keepLayers) {
  public static final TransferSettings DEFAULT =
      new TransferSettings(
          RegistrySettings.DEFAULT,
          3,
          5,
          Math.max(2, Runtime.getRuntime().availableProcessors()),
          Duration.ofHours(24),
          10L << 30,
          Duration.ofHours(1));
}
