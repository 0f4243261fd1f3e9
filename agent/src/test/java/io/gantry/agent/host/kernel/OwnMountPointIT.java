package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.host.kernel.OwnMountPoint.Sight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a file system that the host shares, as it does with all where systemd runs. */
@Tag("host")
class OwnMountPointIT {
  private static final long MS_SHARED = 1 << 20;

  @TempDir Path disk;
  private Path crowd;
  private Path one;
  private Path other;

  @BeforeEach
  void mountDisk() throws IOException {
    disk = disk.toRealPath();
    Mounts.mount("none", disk, "tmpfs", 0, "");
    Mounts.mount("none", disk, "none", MS_SHARED, "");
    crowd = disk.resolve("containers");
    one = Files.createDirectories(crowd.resolve("one/root"));
    other = Files.createDirectories(crowd.resolve("other/root"));
    Files.writeString(crowd.resolve("one/hosts"), "");
  }

  @AfterEach
  void unmountDisk() throws IOException {
    Mounts.detach(disk);
  }

  @Test
  void aCopyLeavesOutWhatIsMountedBelowAndTheHostKeepsIt() throws IOException {
    try (var point = OwnMountPoint.of(crowd, 2).orElseThrow()) {
      mount(one);
      mount(other);
      MountNamespaces.copy(
              () -> {
                point.leaveOut(List.of(one));
                assertThat(one.resolve("mounted")).exists();
                assertThat(other.resolve("mounted")).doesNotExist();
                assertThat(crowd.resolve("one/hosts")).exists();
                assertThat(Files.readString(Path.of("/proc/thread-self/mountinfo")))
                    .doesNotContain(other.toString());
                return true;
              })
          .close();
      assertThat(one.resolve("mounted")).exists();
      assertThat(other.resolve("mounted")).exists();
      assertThat(MountTable.read().stream().map(MountTable.Mount::point))
          .containsOnlyOnce(crowd.toString(), one.toString(), other.toString());
    }
  }

  @Test
  void itStaysWhileSomethingIsMountedBelowAndTheNextAgentTakesItUp() throws IOException {
    var first = OwnMountPoint.of(crowd, 2).orElseThrow();
    mount(one);
    first.close();
    assertThat(isMounted()).isTrue();
    try (var point = OwnMountPoint.of(crowd, 2).orElseThrow()) {
      assertThat(point.sight(one)).isEqualTo(Sight.ONE);
      Mounts.detach(one);
    }
    assertThat(isMounted()).isFalse();
  }

  @Test
  void whoSeesMoreThanOneMountIsKnown() throws IOException {
    try (var point = OwnMountPoint.of(crowd, 2).orElseThrow()) {
      mount(one);
      Files.createDirectories(one.resolve("inside"));
      assertThat(point.sight(one)).isEqualTo(Sight.ONE);
      assertThat(point.sight(crowd.resolve("one/hosts"))).isEqualTo(Sight.NONE);
      assertThat(point.sight(Path.of("/proc"))).isEqualTo(Sight.NONE);
      assertThat(point.sight(Path.of("/"))).isEqualTo(Sight.OTHER);
      assertThat(point.sight(disk)).isEqualTo(Sight.OTHER);
      assertThat(point.sight(crowd)).isEqualTo(Sight.OTHER);
      assertThat(point.sight(crowd.resolve("one"))).isEqualTo(Sight.OTHER);
      assertThat(point.sight(one.resolve("inside"))).isEqualTo(Sight.OTHER);
      Mounts.detach(one);
    }
  }

  @Test
  void whatIsMountedThereAlreadyIsLeftAlone() throws IOException {
    mount(one);
    assertThat(OwnMountPoint.of(crowd, 2)).isEmpty();
    Mounts.detach(one);
    Mounts.mount("none", crowd, "tmpfs", 0, "");
    assertThat(OwnMountPoint.of(crowd, 2)).isEmpty();
    assertThat(isMounted()).isTrue();
  }

  private boolean isMounted() throws IOException {
    return MountTable.read().stream().anyMatch(mount -> mount.point().equals(crowd.toString()));
  }

  private static void mount(Path root) throws IOException {
    Mounts.mount("none", root, "tmpfs", 0, "");
    Files.createFile(root.resolve("mounted"));
  }

  @Test
  void aDirectoryBelowIsRenamedToAPlaceBesideIt() throws Exception {
    var from = Files.createDirectories(crowd.resolve("one/upper"));
    Files.writeString(from.resolve("file"), "here");
    var to = Files.createDirectories(disk.resolve("beside")).resolve("taken");
    try (var _ = OwnMountPoint.of(crowd, 2).orElseThrow()) {
      PlainRename.move(from, to);
      assertThat(from).doesNotExist();
      assertThat(to.resolve("file")).hasContent("here");
    }
  }
}
