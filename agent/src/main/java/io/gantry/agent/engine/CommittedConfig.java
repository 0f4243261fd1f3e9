package io.gantry.agent.engine;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ImageConfig;

/** What a container's specification says, as the configuration of an image made from it. */
final class CommittedConfig {
  private CommittedConfig() {}

  static ImageConfig of(ContainerSpec spec) {
    var process = spec.getProcess();
    var config =
        ImageConfig.newBuilder()
            .setUser(process.getUser())
            .addAllEnv(process.getEnvList())
            .setWorkingDir(process.getWorkingDir())
            .addAllExposedPorts(spec.getNetwork().getExposedPortsList())
            .addAllVolumes(spec.getStorage().getVolumesList())
            .putAllLabels(spec.getLabelsMap())
            .setStopSignal(spec.getStopSignal())
            .addAllOnBuild(spec.getOnBuildList())
            .setArgsEscaped(spec.getArgsEscaped());
    if (process.hasEntrypoint()) {
      config.setEntrypoint(process.getEntrypoint());
    }
    if (process.hasCmd()) {
      config.setCmd(process.getCmd());
    }
    if (spec.hasHealthcheck()) {
      config.setHealthcheck(spec.getHealthcheck());
    }
    if (spec.hasShell()) {
      config.setShell(spec.getShell());
    }
    return config.build();
  }

  /** What the client gave instead, where it gave something. */
  static ImageConfig over(ImageConfig given, ImageConfig own) {
    var config = own.toBuilder().mergeFrom(given);
    if (given.getEnvCount() > 0) {
      config.clearEnv().addAllEnv(given.getEnvList());
      own.getEnvList().stream()
          .filter(entry -> given.getEnvList().stream().noneMatch(one -> sameKey(one, entry)))
          .forEach(config::addEnv);
    }
    if (given.hasEntrypoint()) {
      config.setEntrypoint(given.getEntrypoint());
    }
    if (given.hasCmd()) {
      config.setCmd(given.getCmd());
    }
    return config.build();
  }

  private static boolean sameKey(String one, String other) {
    return one.split("=", 2)[0].equals(other.split("=", 2)[0]);
  }
}
