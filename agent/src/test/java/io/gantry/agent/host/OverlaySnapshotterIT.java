package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.kernel.Mounts;
import io.gantry.agent.host.overlay.OverlaySnapshotter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class OverlaySnapshotterIT extends SnapshotterContract {
  @TempDir Path directory;
  private OverlaySnapshotter snapshotter;

  @BeforeEach
  void open() throws IOException {
    snapshotter = new OverlaySnapshotter(directory.resolve("containers"));
  }

  @AfterEach
  void unmountAll() throws IOException {
    for (var container : snapshotter.mounted()) {
      snapshotter.remove(container);
    }
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
  void aHundredAndTwentySevenLayersWithLongNamesAreMounted() throws Exception {
    var base = Files.createDirectories(directory.resolve("n".repeat(100)));
    var layers = new ArrayList<Path>();
    for (var i = 0; i < 127; i++) {
      var layer = Files.createDirectory(base.resolve("layer" + i));
      Files.writeString(layer.resolve("same"), "from " + i);
      Files.writeString(layer.resolve("file" + i), "" + i);
      layers.add(layer);
    }
    var root = snapshotter.mount(id, layers);
    assertThat(root.resolve("same")).hasContent("from 126");
    assertThat(root.resolve("file0")).hasContent("0");
    assertThat(root.toFile().list()).hasSize(128);
  }

  @Test
  void namesThatMeanSomethingInOptionsAreNamesOnly() throws Exception {
    var layer = Files.createDirectory(directory.resolve("a:b,c\\d e\"f"));
    Files.writeString(layer.resolve("a"), "1");
    assertThat(snapshotter.mount(id, List.of(layer)).resolve("a")).hasContent("1");
  }

  @Test
  void busyMountIsDetachedAtOnce() throws Exception {
    var root = snapshotter.mount(id, List.of(layer("a", "1")));
    try (var open = Files.newInputStream(root.resolve("a"))) {
      snapshotter.remove(id);
      assertThat(snapshotter.mounted()).isEmpty();
      assertThat(root).doesNotExist();
      assertThat(open.read()).isEqualTo('1');
    }
  }

  @Test
  void removalStopsAtAMountInsideTheWritableLayer() throws Exception {
    snapshotter.mount(id, List.of(layer("a", "1")));
    var foreign = layer("precious", "keep");
    var inside = Files.createDirectories(snapshotter.writableLayer(id).resolve("x/y"));
    Mounts.bind(foreign, inside, false);
    try {
      assertThatThrownBy(() -> snapshotter.remove(id))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(inside.toString());
    } finally {
      Mounts.unmount(inside);
    }
    assertThat(foreign.resolve("precious")).hasContent("keep");
    snapshotter.remove(id);
    assertThat(snapshotter.writableLayer(id)).doesNotExist();
  }

  @Test
  void removalFollowsNoLink() throws Exception {
    var root = snapshotter.mount(id, List.of(layer("a", "1")));
    var outside = layer("precious", "keep");
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../.."));
    snapshotter.remove(id);
    assertThat(outside.resolve("precious")).hasContent("keep");
  }

  @Test
  void writableLayerOnOverlayIsExplained() throws Exception {
    var root = snapshotter.mount(id, List.of(layer("a", "1")));
    var nested = new OverlaySnapshotter(root.resolve("containers"));
    var other = io.gantry.agent.ContainerId.random();
    var layers = List.of(layer("b", "2"));
    assertThatThrownBy(() -> nested.mount(other, layers))
        .hasMessageContaining("type overlay")
        .hasMessageContaining(other.value());
  }

  @Test
  void thousandMountsLeaveNoDescriptorsAndNoMounts() throws Exception {
    var layers = List.of(layer("a", "1"), layer("b", "2"));
    snapshotter.mount(id, layers);
    snapshotter.remove(id);
    var before = descriptors();
    var times = new long[300];
    for (var i = 0; i < times.length; i++) {
      var start = System.nanoTime();
      snapshotter.mount(id, layers);
      snapshotter.remove(id);
      times[i] = System.nanoTime() - start;
    }
    java.util.Arrays.sort(times);
    System.out.printf("overlay mount+remove: p50 %d us%n", times[times.length / 2] / 1000);
    var end = System.nanoTime() + 20_000_000_000L;
    while (descriptors() > before + 1 && System.nanoTime() - end < 0) {
      Thread.yield(); // File systems end in the background.
    }
    assertThat(descriptors()).as("one in ten would show").isLessThan(before + times.length / 10);
    assertThat(snapshotter.mounted()).isEmpty();
  }

  @Test
  void mountedAgainAtOnceAfterUnmounting() throws Exception {
    var layers = List.of(layer("a", "1"));
    for (var i = 0; i < 50; i++) {
      var root = snapshotter.mount(id, layers);
      Files.writeString(root.resolve("file" + i), "written " + i);
      snapshotter.unmount(id);
    }
    var root = snapshotter.mount(id, layers);
    for (var i = 0; i < 50; i++) {
      assertThat(root.resolve("file" + i)).hasContent("written " + i);
    }
  }

  private static int descriptors() {
    return java.util.Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list()).length;
  }
}
