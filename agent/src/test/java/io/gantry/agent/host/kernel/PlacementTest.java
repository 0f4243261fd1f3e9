package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlacementTest {
  @TempDir Path directory;

  @Test
  void spreadingMayBeRepeatedAndDoesNothingWhereAFileSystemCannot() {
    assertThatCode(
            () -> {
              Placement.spreadBelow(directory);
              Placement.spreadBelow(directory);
              Placement.spreadBelow(Path.of("/proc"));
            })
        .doesNotThrowAnyException();
  }
}
