package io.gantry.ops.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The image of these tests: a static busybox, as ./dev up makes it. */
final class Busybox {
  static final String IMAGE = "busybox:test";

  private Busybox() {}

  static byte[] tar(TempHost host) throws IOException {
    var file = host.directory().resolve("busybox.tar");
    var script = Path.of("dev/busybox-image").toAbsolutePath();
    Command.run(List.of(script.toString(), file.toString())).succeeded();
    return Files.readAllBytes(file);
  }

  static void importInto(TempHost host) throws IOException {
    new DockerApi(host.dockerSocket())
        .postTar("/images/create?fromSrc=-&repo=busybox&tag=test", tar(host))
        .succeeded();
  }
}
