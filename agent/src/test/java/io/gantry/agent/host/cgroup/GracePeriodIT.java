package io.gantry.agent.host.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("host")
class GracePeriodIT {
  private static final List<String> LINES =
      List.of("9:name=systemd:/a", "2:cpu,cpuacct:/b", "0::/c");

  @Test
  void theAgentStaysWhereItIs() throws Exception {
    var memberships = Path.of("/proc/self/cgroup");
    var before = Files.readString(memberships);

    new GracePeriod(Hierarchies.below(Path.of("/sys/fs/cgroup")), Path.of("/proc")).await();

    assertThat(Files.readString(memberships)).isEqualTo(before);
  }

  @Test
  void theGroupIsThatOfTheHierarchyAndOfNoOther() throws Exception {
    assertThat(GracePeriod.path(LINES, "cpu,cpuacct")).isEqualTo("/b");
    assertThat(GracePeriod.path(LINES, "")).isEqualTo("/c");
    assertThatThrownBy(() -> GracePeriod.path(LINES, "pids"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no control group of \"pids\"");
  }
}
