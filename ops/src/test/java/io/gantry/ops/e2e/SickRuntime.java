package io.gantry.ops.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A wrapper around the system's crun that hangs for ever in one verb for one container, as long as
 * it is told to.
 */
record SickRuntime(Path directory) {
  private static final String SCRIPT =
      """
      #!/bin/sh
      for word in "$@"; do
        case $word in
          create | start | exec | kill | delete | state) verb=$word; break ;;
        esac
      done
      for word in "$@"; do
        [ ! -e "DIRECTORY/$verb-$word" ] || exec sleep 100000
      done
      exec /usr/bin/crun "$@"
      """;

  static SickRuntime in(TempHost host) throws IOException {
    var directory = Files.createDirectory(host.directory().resolve("sick"));
    var runtime = new SickRuntime(directory);
    Files.writeString(runtime.program(), SCRIPT.replace("DIRECTORY", directory.toString()));
    Files.setPosixFilePermissions(runtime.program(), PosixFilePermissions.fromString("rwxr-xr-x"));
    return runtime;
  }

  /** Named as the real one, because the agent knows how to call that. */
  Path program() {
    return directory.resolve("crun");
  }

  void hangIn(String verb, String containerId) throws IOException {
    Files.createFile(order(verb, containerId));
  }

  void recover(String verb, String containerId) throws IOException {
    Files.delete(order(verb, containerId));
  }

  private Path order(String verb, String containerId) {
    return directory.resolve(verb + "-" + containerId);
  }
}
