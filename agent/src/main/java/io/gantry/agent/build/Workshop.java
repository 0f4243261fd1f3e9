package io.gantry.agent.build;

import akka.stream.Materializer;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers;
import io.gantry.agent.host.Snapshotter;
import io.gantry.agent.image.ImageStore;
import io.gantry.agent.image.LocalImages;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What all builds of a host work with.
 *
 * @param roots root file systems of containers: where a RUN step's changes are
 * @param scratch root file systems that no container has, for the steps that run nothing
 * @param directory of builds, below the state directory
 */
public record Workshop(
    LocalImages images,
    ImageStore store,
    Containers containers,
    Snapshotter roots,
    Snapshotter scratch,
    BuildCache cache,
    BaseImages bases,
    CacheLimits limits,
    Materializer materializer,
    Path directory,
    InstantSource clock) {
  static final String SCRATCH = "scratch";

  /** Where the builds' root file systems are made. */
  public static Path scratchOf(Path state) {
    return state.resolve("builds").resolve(SCRATCH);
  }

  Path of(String buildId) {
    return directory.resolve("running").resolve(buildId);
  }

  Path cacheMounts() {
    return directory.resolve("mounts");
  }

  static ContainerId fresh() {
    return ContainerId.random();
  }
}
