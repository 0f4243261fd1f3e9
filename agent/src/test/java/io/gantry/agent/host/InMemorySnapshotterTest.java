package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.fake.InMemorySnapshotter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InMemorySnapshotterTest extends SnapshotterContract {
  @TempDir Path directory;
  private InMemorySnapshotter snapshotter;

  @BeforeEach
  void open() throws IOException {
    snapshotter = new InMemorySnapshotter(Files.createDirectory(directory.resolve("containers")));
  }

  @Override
  Snapshotter snapshotter() {
    return snapshotter;
  }

  @Override
  Path newLayer() throws IOException {
    return Files.createTempDirectory(directory, "layer");
  }

  @Test
  void failsOnceWhenTold() throws Exception {
    snapshotter.faults.failNext("disk full");
    var layers = List.of(layer("a", "1"));
    assertThatThrownBy(() -> snapshotter.mount(id, layers)).hasMessage("disk full");
    snapshotter.mount(id, layers);
  }
}
