package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On what this machine has mounted. */
@Tag("host")
class CgroupFilesIT extends LinuxCgroupsContract {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  @Override
  Path root() {
    return ROOT;
  }

  @Override
  List<Path> hierarchies() {
    if (Files.exists(ROOT.resolve("cgroup.controllers"))) {
      return List.of(ROOT);
    }
    // cpuset would want processors assigned first.
    return Stream.of(Objects.requireNonNull(ROOT.toFile().listFiles()))
        .map(java.io.File::toPath)
        .filter(path -> Files.exists(path.resolve("cgroup.procs")))
        .filter(path -> !path.endsWith("cpuset"))
        .toList();
  }

  @Test
  void countersAreThoseOfARunningProcess() throws Exception {
    run(id);
    var stats = cgroups().read(id);
    assertThat(stats.memory().limit()).isBetween(1L << 20, 1L << 50);
    assertThat(stats.memory().details()).isNotEmpty();
    assertThat(stats.cpu().systemNanos()).isPositive();
    assertThat(stats.cpu().onlineCpus()).isEqualTo(Runtime.getRuntime().availableProcessors());
  }
}
