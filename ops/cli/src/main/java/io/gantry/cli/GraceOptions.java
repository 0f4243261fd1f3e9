package io.gantry.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How a container is to be ended: the signal, and the time it has before it is killed. */
final class GraceOptions {
  @Option(
      names = {"-s", "--signal"},
      paramLabel = "SIGNAL",
      description = "Instead of the one of the container")
  String signal = "";

  @Option(
      names = {"-t", "--time"},
      paramLabel = "SECONDS",
      description = "Until it is killed; -1: never")
  Optional<Integer> seconds = Optional.empty();
}
