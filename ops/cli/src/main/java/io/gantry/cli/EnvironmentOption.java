package io.gantry.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Environment variables as options and files give them. */
final class EnvironmentOption {
  private EnvironmentOption() {}

  /** KEY alone takes this process's value, and is left out when it has none. */
  static List<String> resolve(List<String> given) {
    var resolved = new ArrayList<String>();
    for (var variable : given) {
      if (variable.contains("=")) {
        resolved.add(variable);
      } else if (System.getenv(variable) != null) {
        resolved.add(variable + "=" + System.getenv(variable));
      }
    }
    return resolved;
  }

  /** One variable a line; empty lines and those that begin with # are skipped. */
  static List<String> read(List<Path> files) {
    var lines = new ArrayList<String>();
    for (var file : files) {
      try {
        lines.addAll(Files.readAllLines(file));
      } catch (IOException failure) {
        throw new Failure(
            StartFailure.NOT_RUN, "cannot read %s: %s".formatted(file, failure.getMessage()));
      }
    }
    return resolve(
        lines.stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList());
  }
}
