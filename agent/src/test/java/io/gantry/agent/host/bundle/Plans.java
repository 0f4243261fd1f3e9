package io.gantry.agent.host.bundle;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Bundles.Plan;
import io.gantry.agent.container.Connection;
import io.gantry.agent.host.Cgroups;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.StringList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans and hosts to try things with. */
final class Plans {
  static final ContainerId ID = new ContainerId("0123456789abcdef".repeat(4));

  static final SeccompProfile PROFILE;

  static {
    try {
      PROFILE =
          SeccompProfile.parse(
              """
              {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
               "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
               "syscalls": [
                 {"names": ["read"], "action": "SCMP_ACT_ALLOW", "comment": "all"},
                 {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
                 {"names": ["mount"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
                  "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
                 {"names": ["s390_x"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["s390x"]}}]}
              """);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** May give away everything. */
  static final HostAbilities FREE =
      new HostAbilities(
          EnumSet.allOf(Capability.class),
          Map.of(),
          0,
          false,
          Optional.empty(),
          Cgroups.Mode.V1,
          "amd64",
          Optional.of(PROFILE));

  /** Lacks CAP_SYS_RESOURCE and has limits. */
  static final HostAbilities BOUND =
      new HostAbilities(
          EnumSet.complementOf(EnumSet.of(Capability.SYS_RESOURCE)),
          Map.of("nofile", 1000L),
          0,
          false,
          Optional.empty(),
          Cgroups.Mode.V1,
          "amd64",
          Optional.of(PROFILE));

  static final UserDatabase USERS =
      new UserDatabase(
          List.of("root:x:0:0:root:/root:/bin/sh", "ann:x:7:8::/home/ann:/bin/sh"),
          List.of("root:x:0:", "ann:x:8:", "staff:x:50:bob,ann"));

  static final HostDevices DEVICES =
      path -> List.of(new HostDevices.Node(path, "c", 10, 200, 0666, 0, 0));

  private Plans() {}

  static ContainerSpec.Builder command(String... words) {
    return ContainerSpec.newBuilder()
        .setProcess(
            ProcessSpec.newBuilder().setCmd(StringList.newBuilder().addAllValues(List.of(words))));
  }

  static Plan plan(ContainerSpec.Builder spec) {
    return plan(Container.newBuilder().setSpec(spec).build(), new Connection.Kind.Fresh());
  }

  static Plan plan(Container container, Connection.Kind network) {
    return new Plan(
        ID,
        Path.of("/state/bundle"),
        container,
        Path.of("/state/root"),
        "host1",
        new Connection(network, Map.of(), Map.of(), List.of(), List.of(), false),
        Path.of("/state/hosts"),
        Path.of("/state/hostname"),
        Path.of("/state/resolv.conf"),
        Map.of("/data", Path.of("/state/volumes/v")),
        Map.of(),
        "/gantry/" + ID,
        Optional.empty(),
        Optional.empty());
  }

  static RunConfiguration configuration(Plan plan, HostAbilities host) throws IOException {
    return RunConfiguration.of(plan, USERS, host, DEVICES);
  }

  static Set<Capability> defaults() {
    return Capability.DEFAULT;
  }
}
