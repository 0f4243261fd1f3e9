package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unpacks benign and hostile layers for real. Needs root: owners, devices, trusted attributes. */
@Tag("host")
class LayerUnpackerIT {
  private static final LayerLimits LIMITS = new LayerLimits(1 << 20, 100, 20);
  private Path top;
  private Path layer;
  private Path outside;

  @BeforeEach
  void make() throws Exception {
    top = Files.createTempDirectory("gantry-unpack-");
    layer = Files.createDirectory(top.resolve("layer"));
    outside = Files.createDirectory(top.resolve("outside"));
  }

  @AfterEach
  void delete() throws Exception {
    io.gantry.agent.host.kernel.Tree.delete(top);
  }

  private long unpack(TestTar tar) throws Exception {
    try (var tree = Tree.open(layer)) {
      return new LayerUnpacker(tree, new TarReader(new ByteArrayInputStream(tar.bytes())), LIMITS)
          .unpack();
    }
  }

  private static int mode(Path path) throws Exception {
    return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
  }

  private String attribute(Path path, String name) throws Exception {
    try (var tree = Tree.open(path.getParent())) {
      return HexFormat.of()
          .formatHex(tree.attribute(tree.root(), path.getFileName().toString(), name));
    }
  }

  @Test
  void ownersModesTimesAndAttributesAreKept() throws Exception {
    // A capability's bytes are text here only because the other tar library can write no others.
    var size =
        unpack(
            new TestTar()
                .directory("bin/", 01777)
                .file(
                    "bin/su",
                    "x".repeat(100).getBytes(StandardCharsets.UTF_8),
                    04755,
                    1000,
                    2000,
                    Map.of("SCHILY.xattr.user.note", "hi")));

    var file = layer.resolve("bin/su");
    assertThat(size).isEqualTo(100);
    assertThat(mode(file) & 07777).isEqualTo(04755);
    assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1000);
    assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(2000);
    assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1_600_000_000_000L);
    assertThat(Files.getLastModifiedTime(layer.resolve("bin")).toMillis())
        .isEqualTo(1_600_000_000_000L);
    assertThat(attribute(file, "user.note")).isEqualTo("6869");
    assertThat(mode(layer.resolve("bin")) & 07777).isEqualTo(01777);
  }

  @Test
  void whiteoutsBecomeTheKernels() throws Exception {
    unpack(
        new TestTar()
            .directory("a/", 0755)
            .file("a/.wh.gone", "", 0644)
            .file("a/.wh..wh..opq", "", 0644)
            .file("a/kept", "x", 0644)
            .file("a/.wh.kept", "", 0644)
            .file(".wh..wh.plnk", "", 0644));

    assertThat(mode(layer.resolve("a/gone")) & 0170000).isEqualTo(0020000);
    assertThat(Files.getAttribute(layer.resolve("a/gone"), "unix:rdev")).isEqualTo(0L);
    assertThat(attribute(layer.resolve("a"), "trusted.overlay.opaque")).isEqualTo("79");
    assertThat(layer.resolve("a/kept")).hasContent("x");
    assertThat(layer.resolve(".wh..wh.plnk")).doesNotExist();
  }

  @Test
  void aDirectoryHiddenAndMadeAnewStaysOpaque() throws Exception {
    unpack(new TestTar().file(".wh.a", "", 0644).directory("a/", 0700));

    assertThat(layer.resolve("a")).isDirectory();
    assertThat(attribute(layer.resolve("a"), "trusted.overlay.opaque")).isEqualTo("79");
  }

  @Test
  void overlaysOwnAttributesCannotComeFromATar() throws Exception {
    unpack(
        new TestTar()
            .file(
                "a",
                new byte[0],
                0644,
                0,
                0,
                Map.of("SCHILY.xattr.trusted.overlay.redirect", "/etc")));

    try (var tree = Tree.open(layer)) {
      assertThat(tree.attributes(tree.root(), "a")).isEmpty();
    }
  }

  @Test
  void linksAndDevicesAreMade() throws Exception {
    unpack(
        new TestTar()
            .file("a", "x", 0644)
            .hardLink("b", "/a")
            .symlink("c", "/etc/passwd")
            .device("null", TarConstants.LF_CHR, 1, 3)
            .device("fifo", TarConstants.LF_FIFO, 0, 0));

    assertThat(Files.getAttribute(layer.resolve("b"), "unix:ino"))
        .isEqualTo(Files.getAttribute(layer.resolve("a"), "unix:ino"));
    assertThat(Files.readSymbolicLink(layer.resolve("c"))).isEqualTo(Path.of("/etc/passwd"));
    assertThat(Files.getAttribute(layer.resolve("null"), "unix:rdev")).isEqualTo(0x103L);
    assertThat(mode(layer.resolve("fifo")) & 0170000).isEqualTo(0010000);
  }

  @Test
  void dotDotCannotLeaveTheRoot() {
    assertThatThrownBy(() -> unpack(new TestTar().file("a/../../outside/x", "x", 0644)))
        .isInstanceOf(TarException.class)
        .hasMessage("invalid tar entry a/../../outside/x: it leaves the root");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aSymbolicLinkLeadsNowhereOutside() throws Exception {
    unpack(
        new TestTar()
            .directory("outside/", 0755)
            .symlink("up", "../outside")
            .file("up/x", "x", 0644)
            .symlink("absolute", outside.toString())
            .directory("etc/", 0755)
            .symlink("lib", "/etc")
            .file("lib/y", "y", 0644));

    assertThat(outside).isEmptyDirectory();
    assertThat(layer.resolve("outside/x")).hasContent("x");
    assertThat(layer.resolve("etc/y")).hasContent("y");
    assertThatThrownBy(() -> unpack(new TestTar().file("absolute/x", "x", 0644)))
        .hasMessageContaining("absolute");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aFileOverALinkReplacesTheLink() throws Exception {
    var victim = Files.writeString(outside.resolve("victim"), "safe");

    unpack(new TestTar().symlink("a", victim.toString()).file("a", "evil", 0666));

    assertThat(victim).hasContent("safe");
    assertThat(layer.resolve("a")).hasContent("evil");
  }

  @Test
  void aHardLinkCannotNameWhatIsOutside() {
    assertThatThrownBy(
            () ->
                unpack(
                    new TestTar().symlink("out", outside.toString()).hardLink("b", "out/victim")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> unpack(new TestTar().hardLink("b", "missing")))
        .hasMessage("invalid tar entry b: no file missing to link to in this layer");
  }

  @Test
  void aDirectoryReplacedByALinkWhileItIsOpenIsNotUsedAnyMore() throws Exception {
    unpack(
        new TestTar()
            .directory("usr/lib/", 0755)
            .symlink("lib", "usr/lib")
            .file("lib/a", "a", 0644)
            .directory("lib/", 0755)
            .file("lib/b", "b", 0644));

    assertThat(layer.resolve("usr/lib/a")).hasContent("a");
    assertThat(layer.resolve("usr/lib/b")).doesNotExist();
    assertThat(layer.resolve("lib/b")).hasContent("b");
  }

  @Test
  void missingParentsAreMade() throws Exception {
    unpack(new TestTar().file("a/b/c/d", "x", 0644));

    assertThat(layer.resolve("a/b/c/d")).hasContent("x");
    assertThat(mode(layer.resolve("a/b")) & 07777).isEqualTo(0755);
  }

  @Test
  void tooManyEntriesAndTooDeepPathsAreRefused() {
    var many = new TestTar();
    for (var i = 0; i <= 100; i++) {
      many.file("f" + i, "", 0644);
    }

    assertThatThrownBy(() -> unpack(many)).hasMessage("layer has more than 100 entries");
    assertThatThrownBy(() -> unpack(new TestTar().directory("d/".repeat(21), 0755)))
        .hasMessageEndingWith("it is more than 20 directories deep");
  }
}
