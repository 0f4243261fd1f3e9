package io.gantry.ops.scale;

import io.gantry.ops.SimulatedHost;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.StringList;
import java.util.Random;

/** What is asked for in a simulation: the same for the same seed, whatever the hosts do with it. */
final class Asked {
  private static final long MIB = 1L << 20;

  private final Random random;
  private int number;

  Asked(long seed) {
    random = new Random(seed);
  }

  /**
   * @param host the number of the host that is asked, from 0
   */
  record Container(int host, String name, ContainerSpec spec) {}

  Container next(int hosts) {
    var spec =
        ContainerSpec.newBuilder()
            .setImage(SimulatedHost.IMAGE)
            .setProcess(
                ProcessSpec.newBuilder()
                    .setCmd(StringList.newBuilder().addValues("serve").addValues("--for-ever")))
            .setResources(ResourceSpec.newBuilder().setMemoryBytes((8L << random.nextInt(3)) * MIB))
            .setNetwork(ContainerNetworkSpec.newBuilder().setMode("none"))
            .putLabels("tier", random.nextBoolean() ? "front" : "back");
    return new Container(random.nextInt(hosts), "asked-%06d".formatted(++number), spec.build());
  }
}
