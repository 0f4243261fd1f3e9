package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.HostFacts;
import io.gantry.agent.LimitSupport;
import io.gantry.agent.LimitSupport.Limit;
import io.gantry.protocol.v1.ClusterView;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InfoJsonTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private static JsonNode info(HostFacts.Abilities abilities, String runtime) throws Exception {
    var host =
        new HostFacts(
            "9f2c",
            "poor",
            "0.1.0",
            NOON,
            "6.18.0",
            "Debian GNU/Linux 12 (bookworm)",
            "12",
            "x86_64",
            1,
            1L << 30,
            "2",
            "cgroupfs",
            List.of(),
            Map.of(runtime, "/usr/bin/" + runtime),
            runtime,
            Map.of(runtime, "1.8.1"),
            "overlay2",
            Path.of("/var/lib/gantry"),
            List.of("WARNING: No swap limit support"),
            abilities);
    var bytes =
        JsonWriter.bytes(
            json ->
                InfoJson.write(
                    json,
                    host,
                    List.of(),
                    ClusterView.getDefaultInstance(),
                    List.of(),
                    0,
                    3,
                    NOON));
    return new ObjectMapper().readTree(bytes);
  }

  private static HostFacts.Abilities poor() {
    return new HostFacts.Abilities(
        new LimitSupport(Set.of(Limit.MEMORY, Limit.CPU_QUOTA), "0", "0", 1),
        false,
        List.of(Map.entry("Backing Filesystem", "extfs")),
        List.of("bridge"),
        Optional.of(Path.of("/usr/bin/tini-static")),
        List.of("10.0.0.0/8", "registry.test:5000"),
        List.of("https://mirror.test"),
        NOON);
  }

  @Test
  void whatTheKernelDoesNotLimitIsNotClaimed() throws Exception {
    var info = info(poor(), "runc");
    for (var kept : List.of("MemoryLimit", "CpuCfsPeriod", "CpuCfsQuota")) {
      assertThat(info.get(kept).booleanValue()).as(kept).isTrue();
    }
    for (var missing : List.of("SwapLimit", "CPUShares", "CPUSet", "PidsLimit", "OomKillDisable")) {
      assertThat(info.get(missing).booleanValue()).as(missing).isFalse();
    }
    assertThat(info.get("IPv4Forwarding").booleanValue()).isFalse();
    assertThat(info.get("Warnings").get(0).textValue()).isEqualTo("WARNING: No swap limit support");
  }

  @Test
  void settingsAreShownWhereDockerHasThem() throws Exception {
    var info = info(poor(), "runc");
    assertThat(info.get("DriverStatus")).hasToString("[[\"Backing Filesystem\",\"extfs\"]]");
    assertThat(info.get("InitBinary").textValue()).isEqualTo("tini-static");
    assertThat(info.get("Plugins").get("Network")).hasToString("[\"bridge\"]");
    var registries = info.get("RegistryConfig");
    assertThat(registries.get("InsecureRegistryCIDRs")).hasToString("[\"10.0.0.0/8\"]");
    assertThat(
            registries.get("IndexConfigs").get("registry.test:5000").get("Secure").booleanValue())
        .isFalse();
    assertThat(registries.get("Mirrors")).hasToString("[\"https://mirror.test\"]");
  }

  @Test
  void aRuntimeThatIsNotRuncSaysItsName() throws Exception {
    assertThat(info(poor(), "runc").at("/RuncCommit/ID").textValue()).isEqualTo("1.8.1");
    assertThat(info(poor(), "crun").at("/RuncCommit/ID").textValue()).isEqualTo("crun 1.8.1");
  }
}
