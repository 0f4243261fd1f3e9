package io.gantry.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the default seccomp profile is: the operator's, the one in the distribution, Debian's. */
final class SeccompFile {
  private SeccompFile() {}

  static Path find() {
    var home = System.getProperty("gantry.home", "/usr/lib/gantry");
    var places =
        List.of(
            Path.of("/etc/gantry/seccomp.json"),
            Path.of(home, "share", "seccomp.json"),
            Path.of("/usr/share/containers/seccomp.json"));
    return places.stream().filter(Files::exists).findFirst().orElse(places.getLast());
  }
}
