package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Cgroups;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.cgroup.CgroupFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeProbeIT {
  private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");
  private final String group = "gantry-test-" + ContainerId.random().abbreviated();

  @TempDir Path directory;

  @AfterEach
  void ownGroupGoes() throws IOException {
    for (var hierarchy : Hierarchies.mounted()) {
      Files.deleteIfExists(hierarchy.resolve(group));
    }
  }

  @Test
  void aRuntimeThatFailsHalfwayLeavesNothing() throws IOException {
    var run = directory.resolve("run");
    var cgroups = new CgroupFiles(HIERARCHIES, Path.of("/proc"), "/" + group);
    assertThatThrownBy(
            () ->
                RuntimeChoice.make(
                    new RuntimeChoice.Settings(
                        Optional.of(refusingToStart().toString()),
                        RuntimeChoice.find("conmon").orElseThrow(),
                        run,
                        List.of(),
                        Duration.ofSeconds(20)),
                    HostAbilities.read(
                        Cgroups.Mode.HYBRID, Path.of("/usr/share/containers/seccomp.json")),
                    cgroups))
        .hasMessageContaining("not today");
    assertThat(cgroups.present()).isEmpty();
    assertThat(run.resolve("probe")).isEmptyDirectory();
    assertThat(run.resolve("refusing")).isEmptyDirectory();
  }

  /** runc, which is there wherever these tests run, but for one word. */
  private Path refusingToStart() throws IOException {
    var program = directory.resolve("refusing");
    Files.writeString(
        program,
        """
        #!/bin/sh
        for word; do [ "$word" = start ] && { echo not today >&2; exit 1; }; done
        exec %s "$@"
        """
            .formatted(RuntimeChoice.find("runc").orElseThrow()));
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
