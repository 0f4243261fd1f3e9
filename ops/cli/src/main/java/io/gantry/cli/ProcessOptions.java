package io.gantry.cli;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.StringList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What runs in the container, and as whom. */
final class ProcessOptions {
  @Option(
      names = {"-i", "--interactive"},
      description = "Give it this process's input")
  boolean interactive;

  @Option(
      names = {"-t", "--tty"},
      description = "Give it a terminal")
  boolean tty;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY[=VALUE]",
      description = "Environment; may be repeated. Without VALUE: this process's")
  private List<String> environment = new ArrayList<>();

  @Option(names = "--env-file", paramLabel = "FILE", description = "One variable a line")
  private List<Path> environmentFiles = new ArrayList<>();

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIRECTORY",
      description = "Inside the container")
  private String directory = "";

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER[:GROUP]",
      description = "Names or numbers")
  private String user = "";

  @Option(names = "--group-add", paramLabel = "GROUP", description = "One more group")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = "--entrypoint",
      paramLabel = "PROGRAM",
      description = "Instead of the image's; empty: none")
  private Optional<String> entrypoint = Optional.empty();

  @Option(
      names = {"-l", "--label"},
      paramLabel = "KEY[=VALUE]",
      description = "May be repeated")
  private List<String> labels = new ArrayList<>();

  void addTo(ContainerSpec.Builder spec, List<String> command, boolean detach) {
    var process =
        spec.getProcessBuilder()
            .addAllEnv(EnvironmentOption.read(environmentFiles))
            .addAllEnv(EnvironmentOption.resolve(environment))
            .setWorkingDir(directory)
            .setUser(user)
            .addAllAdditionalGroups(groups)
            .setTty(tty)
            .setOpenStdin(interactive)
            .setStdinOnce(interactive && !detach)
            .setAttachStdin(interactive && !detach)
            .setAttachStdout(!detach)
            .setAttachStderr(!detach);
    if (!command.isEmpty()) {
      process.setCmd(StringList.newBuilder().addAllValues(command));
    }
    entrypoint.ifPresent(
        program ->
            process.setEntrypoint(
                StringList.newBuilder()
                    .addAllValues(program.isEmpty() ? List.of() : List.of(program))));
    for (var label : labels) {
      var parts = label.split("=", 2);
      spec.putLabels(parts[0], parts.length == 2 ? parts[1] : "");
    }
  }
}
