package io.gantry.agent.host.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.container.Connection;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.DeviceMapping;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.SecuritySpec;
import io.gantry.protocol.v1.StringList;
import io.gantry.protocol.v1.ThrottleDevice;
import io.gantry.protocol.v1.Ulimit;
import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RunConfigurationProperties {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Everything random: what a client may send once it has passed the checks of the engine. */
  @Provide
  Arbitrary<Container> containers() {
    return Arbitraries.randomValue(RunConfigurationProperties::container);
  }

  private static Container container(java.util.Random random) {
    var spec =
        ContainerSpec.newBuilder()
            .setProcess(process(random))
            .setResources(resources(random))
            .setSecurity(security(random));
    if (random.nextBoolean()) {
      spec.putAnnotations(text(random) + "a", text(random));
    }
    spec.getStorageBuilder()
        .setReadonlyRootfs(random.nextBoolean())
        .setShmSizeBytes(Math.abs(random.nextLong()))
        .putTmpfs("/t" + text(random), text(random));
    var container = Container.newBuilder().setSpec(spec);
    for (var i = random.nextInt(4); i > 0; i--) {
      container
          .getStatusBuilder()
          .addMounts(
              MountPoint.newBuilder()
                  .setType(one(random, "bind", "volume", "tmpfs"))
                  .setSource("/s" + text(random))
                  .setDestination("/" + one(random, "a", "a/b", "data", "etc/hosts", text(random)))
                  .setMode(one(random, "", "ro", "rw,z", "rshared", "rslave,ro"))
                  .setReadWrite(random.nextBoolean()));
    }
    return container.build();
  }

  private static ProcessSpec.Builder process(java.util.Random random) {
    return ProcessSpec.newBuilder()
        .setEntrypoint(StringList.newBuilder().addValues("x" + text(random)))
        .addEnv(text(random))
        .addEnv(text(random) + "=" + text(random))
        .setWorkingDir(text(random))
        .setUser(one(random, "", "0", "ann", "7:50", "1000:staff", "4000000000"))
        .addAllAdditionalGroups(java.util.List.of("staff", "1"))
        .setTty(random.nextBoolean())
        .setConsoleHeight(random.nextInt(100))
        .setConsoleWidth(random.nextInt(100));
  }

  private static ResourceSpec.Builder resources(java.util.Random random) {
    return ResourceSpec.newBuilder()
        .setMemoryBytes(number(random))
        .setMemorySwapBytes(number(random))
        .setMemoryReservationBytes(number(random))
        .setMemorySwappiness(random.nextInt(101))
        .setNanoCpus(number(random))
        .setCpuShares(number(random))
        .setCpuPeriodMicros(number(random))
        .setCpuQuotaMicros(number(random))
        .setPidsLimit(number(random))
        .setBlkioWeight(10 + random.nextInt(990))
        .addBlkioDeviceReadBps(
            ThrottleDevice.newBuilder().setPath("/dev/x").setRate(random.nextLong()))
        .setOomScoreAdj(random.nextInt(2001) - 1000)
        .setOomKillDisable(random.nextBoolean())
        .addUlimits(
            Ulimit.newBuilder()
                .setName(one(random, "nofile", "nproc", "core"))
                .setSoft(random.nextInt(5000) - 1)
                .setHard(random.nextInt(5000) - 1))
        .addDevices(DeviceMapping.newBuilder().setPathOnHost("/dev/y").setCgroupPermissions("rw"))
        .addDeviceCgroupRules(one(random, "c 1:3 r", "b *:* rwm", "a 5:* w"));
  }

  private static SecuritySpec.Builder security(java.util.Random random) {
    return SecuritySpec.newBuilder()
        .setPrivileged(random.nextInt(4) == 0)
        .addCapAdd(one(random, "ALL", "NET_ADMIN", "cap_sys_ptrace"))
        .addCapDrop(one(random, "ALL", "CHOWN", "MKNOD"))
        .addSecurityOpt(
            one(
                random,
                "no-new-privileges",
                "seccomp=unconfined",
                "label=disable",
                "systempaths=unconfined"))
        .putSysctls("net." + text(random), text(random))
        .setPidMode(one(random, "", "host"))
        .setIpcMode(one(random, "", "host", "none", "private", "shareable"))
        .setUtsMode(one(random, "", "host"))
        .setCgroupnsMode(one(random, "", "host", "private"));
  }

  private static String one(java.util.Random random, String... values) {
    return values[random.nextInt(values.length)];
  }

  private static long number(java.util.Random random) {
    return random.nextBoolean() ? 0 : random.nextLong() >>> random.nextInt(64);
  }

  private static String text(java.util.Random random) {
    var text = new StringBuilder();
    for (var i = random.nextInt(12); i > 0; i--) {
      text.append((char) (' ' + 1 + random.nextInt(random.nextInt(4) == 0 ? 3000 : 90)));
    }
    return text.toString();
  }

  @Property(tries = 400)
  void whateverIsAskedForTheConfigurationIsValid(@ForAll("containers") Container container)
      throws IOException {
    for (var host : java.util.List.of(Plans.FREE, Plans.BOUND)) {
      var made =
          RunConfiguration.of(
              Plans.plan(container, new Connection.Kind.Fresh()), Plans.USERS, host, Plans.DEVICES);
      var read = JSON.readTree(JSON.writeValueAsBytes(made.json()));
      assertThat(Schema.objections(read)).isEmpty();
      assertThat(read.get("mounts").findValuesAsText("destination")).doesNotHaveDuplicates();
    }
  }
}
