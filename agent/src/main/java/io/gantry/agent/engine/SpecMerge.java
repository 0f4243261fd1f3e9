package io.gantry.agent.engine;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.StringList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/** What the user asked for over what the image says, as Docker merges them. */
final class SpecMerge {
  private SpecMerge() {}

  static ContainerSpec merge(ContainerSpec asked, ImageConfig image) {
    var spec = asked.toBuilder().setProcess(process(asked.getProcess(), image));
    var labels = new LinkedHashMap<>(image.getLabelsMap());
    labels.putAll(asked.getLabelsMap());
    spec.putAllLabels(labels);
    if (asked.getStopSignal().isEmpty()) {
      spec.setStopSignal(image.getStopSignal());
    }
    if (!asked.hasShell() && image.hasShell()) {
      spec.setShell(image.getShell());
    }
    if (image.hasHealthcheck() || asked.hasHealthcheck()) {
      spec.setHealthcheck(healthcheck(asked.getHealthcheck(), image.getHealthcheck()));
    }
    spec.getNetworkBuilder()
        .clearExposedPorts()
        .addAllExposedPorts(
            union(asked.getNetwork().getExposedPortsList(), image.getExposedPortsList()));
    spec.getStorageBuilder()
        .clearVolumes()
        .addAllVolumes(union(asked.getStorage().getVolumesList(), image.getVolumesList()));
    return spec.build();
  }

  private static ProcessSpec process(ProcessSpec asked, ImageConfig image) {
    var process = asked.toBuilder();
    if (!asked.hasEntrypoint()) {
      if (image.hasEntrypoint()) {
        process.setEntrypoint(image.getEntrypoint());
      }
      if (isEmpty(asked.getCmd()) && image.hasCmd()) {
        process.setCmd(image.getCmd());
      }
    } else if (asked.getEntrypoint().getValuesList().equals(List.of(""))) {
      // One empty word takes the image's entrypoint away.
      process.clearEntrypoint();
    }
    if (asked.getUser().isEmpty()) {
      process.setUser(image.getUser());
    }
    if (asked.getWorkingDir().isEmpty()) {
      process.setWorkingDir(image.getWorkingDir());
    }
    return process.clearEnv().addAllEnv(env(asked.getEnvList(), image.getEnvList())).build();
  }

  private static List<String> env(List<String> asked, List<String> image) {
    // KEY without "=" takes the image's KEY away, and stays to be seen, as with Docker.
    var env = new ArrayList<>(asked);
    var named = new HashSet<String>();
    asked.forEach(entry -> named.add(entry.split("=", 2)[0]));
    image.stream().filter(entry -> !named.contains(entry.split("=", 2)[0])).forEach(env::add);
    return env;
  }

  private static HealthcheckSpec healthcheck(HealthcheckSpec asked, HealthcheckSpec image) {
    if (!asked.hasTest() || isEmpty(asked.getTest())) {
      // What the user names of the image's check replaces it, the rest stays.
      return image.toBuilder().mergeFrom(asked.toBuilder().clearTest().build()).build();
    }
    return asked;
  }

  private static boolean isEmpty(StringList list) {
    return list.getValuesCount() == 0;
  }

  private static LinkedHashSet<String> union(List<String> first, List<String> second) {
    var all = new LinkedHashSet<>(first);
    all.addAll(second);
    return all;
  }
}
