package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Snapshotter} does. */
abstract class SnapshotterContract {
  final ContainerId id = ContainerId.random();

  abstract Snapshotter snapshotter();

  /** An empty directory for a layer. */
  abstract Path newLayer() throws IOException;

  @Test
  void rootShowsAllLayersAndTheHighestWins() throws Exception {
    var root =
        snapshotter().mount(id, List.of(layer("a", "low"), layer("b", "x"), layer("a", "high")));
    assertThat(root.resolve("a")).hasContent("high");
    assertThat(root.resolve("b")).hasContent("x");
  }

  @Test
  void mountingTwiceIsMountingOnce() throws Exception {
    var layers = List.of(layer("a", "1"));
    var root = snapshotter().mount(id, layers);
    assertThat(snapshotter().mount(id, layers)).isEqualTo(root);
    snapshotter().unmount(id);
    assertThat(snapshotter().mounted()).doesNotContain(id);
  }

  @Test
  void writesOutliveTheMountAndLeaveTheLayersAlone() throws Exception {
    var layers = List.of(layer("a", "1"));
    var root = snapshotter().mount(id, layers);
    Files.writeString(root.resolve("new"), "mine");
    Files.writeString(root.resolve("a"), "changed");
    snapshotter().unmount(id);
    root = snapshotter().mount(id, layers);
    assertThat(root.resolve("new")).hasContent("mine");
    assertThat(root.resolve("a")).hasContent("changed");
    assertThat(layers.getFirst().resolve("a")).hasContent("1");
    assertThat(snapshotter().writableLayer(id).resolve("new")).hasContent("mine");
  }

  @Test
  void writableBytesCountOnlyWhatWasWritten() throws Exception {
    var root = snapshotter().mount(id, List.of(layer("a", "image content")));
    var before = snapshotter().writableBytes(id);
    Files.writeString(root.resolve("new"), "x".repeat(10_000));
    assertThat(snapshotter().writableBytes(id) - before).isBetween(10_000L, 20_000L);
  }

  @Test
  void mountedTellsWhichContainersHaveARoot() throws Exception {
    var other = ContainerId.random();
    snapshotter().mount(id, List.of(layer("a", "1")));
    assertThat(snapshotter().mounted()).containsExactly(id).doesNotContain(other);
  }

  @Test
  void removedContainerLeavesNothing() throws Exception {
    var root = snapshotter().mount(id, List.of(layer("a", "1")));
    Files.createDirectories(root.resolve("deep/er"));
    Files.writeString(root.resolve("deep/er/file"), "1");
    snapshotter().remove(id);
    assertThat(snapshotter().mounted()).isEmpty();
    assertThat(snapshotter().writableLayer(id)).doesNotExist();
  }

  @Test
  void unmountAndRemoveOfAnUnknownContainerDoNothing() throws Exception {
    snapshotter().unmount(id);
    snapshotter().remove(id);
    snapshotter().remove(id);
    assertThat(snapshotter().mounted()).isEmpty();
  }

  @Test
  void missingLayerIsRefusedByName() throws Exception {
    var gone = newLayer().resolve("gone");
    assertThatThrownBy(() -> snapshotter().mount(id, List.of(layer("a", "1"), gone)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(gone.toString());
    assertThat(snapshotter().mounted()).isEmpty();
  }

  @Test
  void noLayersAndTooManyLayersAreRefused() throws Exception {
    assertThatThrownBy(() -> snapshotter().mount(id, List.of())).isInstanceOf(IOException.class);
    var layers = new ArrayList<Path>();
    while (layers.size() < 128) {
      layers.add(layer("a", "1"));
    }
    assertThatThrownBy(() -> snapshotter().mount(id, layers))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("128 layers");
  }

  final Path layer(String file, String content) throws IOException {
    var layer = newLayer();
    Files.writeString(layer.resolve(file), content);
    return layer;
  }
}
