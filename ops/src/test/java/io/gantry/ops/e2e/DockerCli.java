package io.gantry.ops.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Docker's own command line, pointed at an agent. */
record DockerCli(Path socket) {
  DockerCli(TempHost host) {
    this(host.dockerSocket());
  }

  /** False on a machine without it: the tests that need it are then skipped, and say so. */
  static boolean installed() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "docker")));
  }

  Command.Result run(String... arguments) {
    return Command.run(words(arguments));
  }

  Command.Result runWithInput(String input, String... arguments) {
    return Command.run(words(arguments), input);
  }

  /** As typed at a terminal of 80 columns; the result is what the terminal shows. */
  Command.Result typed(String input, String... arguments) {
    var line = String.join(" ", words(arguments));
    return Command.run(
        List.of("script", "-qec", "stty cols 80 rows 24; " + line, "/dev/null"), input);
  }

  /** Runs on; the caller reads its output and ends it. */
  Process start(String... arguments) {
    try {
      return new ProcessBuilder(words(arguments)).redirectErrorStream(true).start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private List<String> words(String... arguments) {
    return Stream.concat(Stream.of("docker", "-H", "unix://" + socket), Stream.of(arguments))
        .toList();
  }
}
