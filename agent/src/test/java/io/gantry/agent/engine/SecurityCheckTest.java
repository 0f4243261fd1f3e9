package io.gantry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.Ulimit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SecurityCheckTest {
  @Test
  void modesThatDoNotExistAreRefused() {
    refused("invalid IPC mode: foo", spec -> spec.getSecurityBuilder().setIpcMode("foo"));
    refused("invalid PID mode: foo", spec -> spec.getSecurityBuilder().setPidMode("foo"));
    refused(
        "invalid UTS mode: container:x",
        spec -> spec.getSecurityBuilder().setUtsMode("container:x"));
    refused(
        "invalid cgroup namespace mode: foo",
        spec -> spec.getSecurityBuilder().setCgroupnsMode("foo"));
    accepted(spec -> spec.getSecurityBuilder().setIpcMode("container:x").setPidMode("host"));
  }

  @Test
  void sysctlsOfTheHostAreRefused() {
    refused(
        "sysctl \"vm.swappiness\" is not in a separate kernel namespace",
        spec -> spec.getSecurityBuilder().putSysctls("vm.swappiness", "1"));
    refused(
        "sysctl \"net.core.somaxconn\" not allowed in host network namespace",
        spec -> {
          spec.getSecurityBuilder().putSysctls("net.core.somaxconn", "1");
          spec.getNetworkBuilder().setMode("host");
        });
    refused(
        "sysctl \"kernel.msgmax\" is not allowed in the hosts ipc namespace",
        spec -> spec.getSecurityBuilder().putSysctls("kernel.msgmax", "1").setIpcMode("host"));
    refused(
        "sysctl \"net.ipv4/../../vm\" is not a name",
        spec -> spec.getSecurityBuilder().putSysctls("net.ipv4/../../vm", "1"));
    accepted(
        spec ->
            spec.getSecurityBuilder()
                .putSysctls("net.core.somaxconn", "1")
                .putSysctls("fs.mqueue.msg_max", "20"));
  }

  @Test
  void securityOptionsAreUnderstoodOrRefused() {
    refused(
        "invalid --security-opt 2: \"bogus=1\"",
        spec -> spec.getSecurityBuilder().addSecurityOpt("bogus=1"));
    refused(
        "invalid --security-opt 2: \"no-new-privileges=perhaps\"",
        spec -> spec.getSecurityBuilder().addSecurityOpt("no-new-privileges=perhaps"));
    refused(
        "decoding seccomp profile failed: it has no defaultAction",
        spec -> spec.getSecurityBuilder().addSecurityOpt("seccomp={}"));
    accepted(
        spec ->
            spec.getSecurityBuilder()
                .addSecurityOpt("no-new-privileges")
                .addSecurityOpt("no-new-privileges:false")
                .addSecurityOpt("seccomp=unconfined")
                .addSecurityOpt("seccomp=builtin")
                .addSecurityOpt("apparmor=unconfined")
                .addSecurityOpt("label=type:svirt_t")
                .addSecurityOpt("label:disable")
                .addSecurityOpt("systempaths=unconfined")
                .addSecurityOpt("writable-cgroups=true"));
  }

  @Test
  void theRestIsRefusedInDockersWords() {
    refused(
        "conflicting options: hostname and the UTS mode",
        spec -> {
          spec.getSecurityBuilder().setUtsMode("host");
          spec.getNetworkBuilder().setHostname("x");
        });
    refused(
        "invalid CapAdd: unknown capability: \"CAP_FOO\"",
        spec -> spec.getSecurityBuilder().addCapAdd("CAP_FOO"));
    refused(
        "invalid ulimit type: foo",
        spec -> spec.getResourcesBuilder().addUlimits(Ulimit.newBuilder().setName("foo")));
    refused(
        "ulimit soft limit must be less than or equal to hard limit: 2 > 1",
        spec ->
            spec.getResourcesBuilder()
                .addUlimits(Ulimit.newBuilder().setName("nofile").setSoft(2).setHard(1)));
    refused(
        "--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
        spec -> spec.getStorageBuilder().putStorageOpt("size", "1G"));
  }

  private static void refused(String message, Consumer<ContainerSpec.Builder> ask) {
    var spec = ContainerSpec.newBuilder();
    ask.accept(spec);
    assertThat(SecurityCheck.check(spec.build())).contains(message);
  }

  private static void accepted(Consumer<ContainerSpec.Builder> ask) {
    var spec = ContainerSpec.newBuilder();
    ask.accept(spec);
    assertThat(SecurityCheck.check(spec.build())).isEmpty();
  }
}
