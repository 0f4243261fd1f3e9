package io.gantry.agent.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** On the version 2 half of a hybrid machine, which has every core file and few controllers. */
@Tag("host")
@EnabledIf("isHybrid")
class CgroupFilesV2IT extends LinuxCgroupsContract {
  private static final Path ROOT = Path.of("/sys/fs/cgroup/unified");

  static boolean isHybrid() {
    return Files.exists(ROOT.resolve("cgroup.controllers"));
  }

  @Override
  Path root() {
    return ROOT;
  }

  @Override
  List<Path> hierarchies() {
    return List.of(ROOT);
  }
}
