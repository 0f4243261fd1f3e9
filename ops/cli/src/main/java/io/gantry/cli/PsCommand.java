package io.gantry.cli;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.ListContainersRequest;
import io.gantry.protocol.v1.ListContainersResponse;
import io.gantry.protocol.v1.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ps", description = "List containers, newest first")
final class PsCommand extends AgentCommand {
  private static final int COMMAND_WIDTH = 20;

  @Option(
      names = {"-a", "--all"},
      description = "Those that do not run too")
  private boolean all;

  @Option(
      names = {"-q", "--quiet"},
      description = "Ids only")
  private boolean quiet;

  @Option(names = "--no-trunc", description = "Whole ids and commands")
  private boolean whole;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "KEY[=VALUE]",
      description = "With this label; may be repeated")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table, or json: one object a line")
  private Format format = Format.TABLE;

  PsCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    var answer =
        session
            .containers()
            .list(ListContainersRequest.newBuilder().setAll(all).addAllLabels(labels).build());
    if (quiet) {
      answer.getContainersList().forEach(container -> out().println(id(container)));
    } else {
      switch (format) {
        case JSON -> answer.getContainersList().forEach(one -> out().println(Text.json(one)));
        case TABLE -> table(answer);
      }
    }
    return 0;
  }

  private String id(Container container) {
    return whole ? container.getId() : Text.shortId(container.getId());
  }

  private void table(ListContainersResponse answer) {
    var table =
        new Table("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
    for (var container : answer.getContainersList()) {
      table.row(
          id(container),
          container.getSpec().getImage(),
          command(container),
          Text.ago(container.getCreatedAt()),
          status(container.getStatus()),
          ports(container.getStatus()),
          container.getName());
    }
    table.print(out());
  }

  private String command(Container container) {
    var text = String.join(" ", container.getStatus().getArgvList());
    var shown =
        whole || text.length() <= COMMAND_WIDTH ? text : text.substring(0, COMMAND_WIDTH - 1) + "…";
    return "\"" + shown.replace('\n', ' ') + "\"";
  }

  /** "Up 3 minutes (healthy)", as Docker has it. */
  static String status(ContainerStatus status) {
    return switch (status.getState()) {
      case CREATED -> "Created";
      case RUNNING -> "Up " + since(status) + health(status);
      case PAUSED -> "Up " + since(status) + " (Paused)";
      case RESTARTING -> "Restarting (%d)".formatted(status.getExitCode());
      case EXITED ->
          "Exited (%d) %s".formatted(status.getExitCode(), Text.ago(status.getFinishedAt()));
      case REMOVING -> "Removal in progress";
      case DEAD -> "Dead";
      case CONTAINER_STATE_UNSPECIFIED, UNRECOGNIZED -> "Unknown";
    };
  }

  private static String since(ContainerStatus status) {
    return Text.ago(status.getStartedAt()).replace(" ago", "");
  }

  private static String health(ContainerStatus status) {
    return status.hasHealth() ? " (%s)".formatted(status.getHealth().getStatus()) : "";
  }

  static String ports(ContainerStatus status) {
    var shown = new ArrayList<String>();
    status.getPortsMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              if (entry.getValue().getBindingsList().isEmpty()) {
                shown.add(entry.getKey());
              }
              for (var binding : entry.getValue().getBindingsList()) {
                shown.add(host(binding) + "->" + entry.getKey());
              }
            });
    return String.join(", ", shown);
  }

  private static String host(PortBinding binding) {
    var address = binding.getHostIp().isEmpty() ? "0.0.0.0" : binding.getHostIp();
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + binding.getHostPort();
  }
}
