package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.host.overlay.OverlaySnapshotter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A container's changes become a layer; image and layer together must look as the container did.
 * What it looked like is told by find and Python, which know nothing of this code. Needs root and
 * overlayfs.
 */
@Tag("host")
class DifferencesIT {
  private static final ContainerId CONTAINER = new ContainerId("a1".repeat(32));
  private static final ContainerId OTHER = new ContainerId("b2".repeat(32));
  private Path home;
  private Path base;
  private LayerStore store;
  private OverlaySnapshotter snapshotter;

  @BeforeEach
  void open() throws Exception {
    home = Files.createTempDirectory("gantry-differences-");
    base = Files.createDirectory(home.resolve("base"));
    store = LayerStore.open(home.resolve("layers"), LayerLimits.DEFAULT);
    snapshotter = new OverlaySnapshotter(home.resolve("containers"));
    shell(base, "mkdir -p etc/app old/deep swap; echo 1 >etc/app/conf; echo 2 >etc/app/gone");
    shell(base, "echo 3 >old/deep/file; echo 4 >swap/inner; echo 5 >file; ln file linked");
  }

  @AfterEach
  void delete() throws Exception {
    snapshotter.remove(CONTAINER);
    snapshotter.remove(OTHER);
    store.awaitDeletions();
    Tree.delete(home);
  }

  private static String shell(Path directory, String script) throws Exception {
    var process =
        new ProcessBuilder("/bin/sh", "-ec", script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Everything but the root itself and inode numbers. */
  private static String look(Path root) throws Exception {
    return shell(
        root,
        "find . -mindepth 1 ! -type s -printf '%P %y %m %U:%G %n %l ' "
            + "\\( -type d -printf '%T@\\n' -o -printf '%s %T@\\n' \\) | sort;"
            + " find . -type f -exec sha256sum {} + | sort -k2; "
            + ATTRIBUTES);
  }

  private static final String ATTRIBUTES =
      """
      python3 -c '
      import os
      for d, ds, fs in sorted(os.walk(".")):
          for n in sorted(ds + fs):
              p = os.path.join(d, n)
              for a in os.listxattr(p, follow_symlinks=False):
                  print(p, a, os.getxattr(p, a, follow_symlinks=False))'
      """;

  private Path change() throws Exception {
    var root = snapshotter.mount(CONTAINER, List.of(base));
    shell(
        root,
        """
        rm etc/app/gone; echo more >>etc/app/conf
        rm -r old; mkdir old; echo new >old/new
        rm -r swap; ln -s etc/app swap
        echo x >a; ln a b; ln a c; chown -h 1000:2000 a swap
        mkfifo fifo; mknod zero c 1 5; mknod disk b 7 300
        chmod 4711 a; touch -h -d '2001-02-03 04:05:06.123456789' a swap
        touch -d '1969-12-31 23:59:58.25' ancient
        python3 -c 'import os; os.setxattr("c", "user.note", bytes(range(1, 200)))'
        name=$(printf 'n%.0s' $(seq 150)); echo long >"$name"; ln -s "/$name" longlink
        truncate -s 3000000 sparse; printf 'grün\\n' >grün
        python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
        chown 4000000:4000000 ancient
        """);
    return root;
  }

  private String lookOfImage(Layer layer) throws Exception {
    return look(snapshotter.mount(OTHER, List.of(base, layer.directory())));
  }

  @Test
  void imageAndLayerLookAsTheContainerDid() throws Exception {
    var wanted = look(change());

    try (var lease = store.lease()) {
      var layer = store.ingestDifferences(snapshotter.writableLayer(CONTAINER), lease);

      assertThat(lookOfImage(layer)).isEqualTo(wanted).contains("user.note").contains("longlink");
      assertThat(look(snapshotter.mount(CONTAINER, List.of(base)))).isEqualTo(wanted);
    }
  }

  @Test
  void anAdoptedLayerIsTheSameLayer() throws Exception {
    var wanted = look(change());
    var upper = snapshotter.writableLayer(CONTAINER);

    try (var lease = store.lease();
        var other = LayerStore.open(home.resolve("other"), LayerLimits.DEFAULT).lease()) {
      assertThat(other).isNotNull();
      var copied =
          LayerStore.open(home.resolve("other"), LayerLimits.DEFAULT)
              .ingestDifferences(upper, other);
      snapshotter.unmount(CONTAINER);
      var adopted = store.adoptDifferences(upper, lease);

      assertThat(adopted.diffId()).isEqualTo(copied.diffId());
      assertThat(adopted.size()).isEqualTo(copied.size());
      assertThat(upper).doesNotExist();
      assertThat(lookOfImage(adopted)).isEqualTo(wanted);
      assertThat(shell(adopted.directory(), ATTRIBUTES))
          .contains("trusted.overlay.opaque")
          .doesNotContain("origin")
          .doesNotContain("impure");
    }
  }

  @Test
  void hiddenFilesAndOpaqueDirectoriesAreToldAsOciTellsThem() throws Exception {
    change();

    try (var lease = store.lease()) {
      var layer = store.ingestDifferences(snapshotter.writableLayer(CONTAINER), lease);

      assertThat(names(layer))
          .contains("etc/app/.wh.gone", "old/", "old/.wh..wh..opq", "old/new", "swap")
          .doesNotContain("socket", "file", "linked", "./");
    }
  }

  @Test
  void whatTheRuntimeMountedOnIsNoChange() throws Exception {
    var root = snapshotter.mount(CONTAINER, List.of(Files.createDirectory(home.resolve("empty"))));
    shell(root, "mkdir -p dev etc proc sys data; touch etc/hosts etc/hostname etc/resolv.conf");

    try (var lease = store.lease()) {
      var layer = store.ingestDifferences(snapshotter.writableLayer(CONTAINER), lease);

      assertThat(names(layer)).containsExactly("data/");
    }
  }

  private List<String> names(Layer layer) throws IOException {
    try (var tar = store.tar(layer.diffId())) {
      var reader = new io.gantry.agent.tar.TarReader(tar);
      var names = new java.util.ArrayList<String>();
      for (var entry = reader.next(); entry != null; entry = reader.next()) {
        names.add(entry.name());
      }
      return names;
    }
  }
}
