package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A monitor that nobody wrote down, found among all processes. */
final class Orphan {
  private static final Path PROC = Path.of("/proc");
  private static final String PROGRAM = "conmon";

  private Orphan() {}

  /** The conmon that was told to keep its files in this directory. */
  static Optional<ProcessIdentity> of(Path directory) throws IOException {
    try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (var process : processes) {
        if (isMonitor(process, directory + "/")) {
          return ProcessIdentity.of(Long.parseLong(process.getFileName().toString()));
        }
      }
      return Optional.empty();
    }
  }

  private static boolean isMonitor(Path process, String directory) {
    try {
      return Files.readString(process.resolve("comm")).strip().equals(PROGRAM)
          && Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
              .contains(directory);
    } catch (IOException _) {
      return false; // it has ended
    }
  }
}
