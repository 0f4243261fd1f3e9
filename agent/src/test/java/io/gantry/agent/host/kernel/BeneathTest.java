package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeneathTest {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void build() throws Exception {
    root = Files.createDirectories(directory.resolve("root/etc")).getParent();
    Files.writeString(directory.resolve("secret"), "outside");
    Files.writeString(root.resolve("etc/passwd"), "inside");
    Files.createSymbolicLink(root.resolve("absolute"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../secret"));
  }

  @Test
  void linksAreResolvedAsInAChroot() throws Exception {
    try (var held = Descriptor.directory(root);
        var file = Beneath.inRoot(held, "absolute", Beneath.O_RDONLY, 0)) {
      assertThat(Files.readString(file.path())).isEqualTo("inside");
      assertThatThrownBy(() -> Beneath.inRoot(held, "up", Beneath.O_RDONLY, 0))
          .hasMessage("openat2 up: No such file or directory");
    }
  }

  @Test
  void whatLeadsOutIsRefused() throws Exception {
    try (var held = Descriptor.directory(root)) {
      assertThatThrownBy(() -> Beneath.beneath(held, "up", Beneath.O_RDONLY, 0))
          .isInstanceOfSatisfying(
              SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
      assertThatThrownBy(() -> Beneath.beneath(held, "absolute", Beneath.O_RDONLY, 0))
          .isInstanceOf(SystemCallFailed.class);
    }
  }

  @Test
  void closedDescriptorSaysSo() throws Exception {
    var held = Descriptor.directory(root);
    held.close();
    held.close();
    assertThatThrownBy(held::number).isInstanceOf(IllegalStateException.class);
  }
}
