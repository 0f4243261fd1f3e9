package io.gantry.agent.build;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What the build cache may cost without anyone pruning it.
 *
 * @param keepBytes of layers and mounts that nothing but the cache needs
 * @param keepFor how long anything stays that no build has used
 * @param entries steps that are remembered at most
 */
public record CacheLimits(long keepBytes, Duration keepFor, int entries) {
  public static final CacheLimits DEFAULT =
      new CacheLimits(20_000_000_000L, Duration.ofDays(60), 20_000);

  /**
   * As {@code gantry.builds} of the configuration says.
   *
   * @throws com.typesafe.config.ConfigException for what cannot be so
   */
  public static CacheLimits of(Config config) {
    var mine = config.getConfig("gantry.builds");
    return new CacheLimits(
        mine.getBytes("keep-bytes"), mine.getDuration("keep-for"), mine.getInt("keep-steps"));
  }
}
