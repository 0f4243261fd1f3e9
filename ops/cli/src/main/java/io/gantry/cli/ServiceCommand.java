package io.gantry.cli;

import io.gantry.protocol.v1.InspectServiceRequest;
import io.gantry.protocol.v1.ListServicesRequest;
import io.gantry.protocol.v1.ListTasksRequest;
import io.gantry.protocol.v1.RemoveServiceRequest;
import io.gantry.protocol.v1.ScaleServiceRequest;
import io.gantry.protocol.v1.ServiceView;
import io.gantry.protocol.v1.Task;
import io.gantry.protocol.v1.TaskState;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Its create and logs are commands of their own, in {@link Gantry}. */
@Command(
    name = "service",
    description = "Run containers on many hosts of a cluster, and keep them running")
final class ServiceCommand extends CommandGroup {
  private static final int STATE_PREFIX = "TASK_STATE_".length();

  ServiceCommand(Session session) {
    super(session, "create, ls, ps, inspect, scale, logs or rm");
  }

  @Command(name = "ls", description = "List services by name")
  int list(
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "TABLE",
              description = "table, or json: one object a line")
          Format format,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var services =
        session.services().list(ListServicesRequest.getDefaultInstance()).getServicesList();
    if (format == Format.JSON) {
      services.forEach(service -> out().println(Text.json(service)));
      return 0;
    }
    var table = new Table("ID", "NAME", "MODE", "REPLICAS", "IMAGE");
    for (var view : services) {
      var service = view.getService();
      table.row(
          Text.shortId(service.getId()),
          service.getSpec().getName(),
          service.getSpec().hasGlobal() ? "global" : "replicated",
          replicas(view),
          service.getSpec().getContainer().getImage());
    }
    table.print(out());
    return 0;
  }

  private static String replicas(ServiceView view) {
    return view.getRunning() + "/" + view.getWanted();
  }

  @Command(name = "ps", description = "List the replicas, and the last ones of each that were")
  int replicas(
      @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "All by default")
          List<String> services,
      @Option(names = "--on", paramLabel = "HOST", defaultValue = "", description = "There only")
          String host,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "TABLE",
              description = "table, or json: one object a line")
          Format format,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var table = new Table("ID", "NAME", "HOST", "STATE", "SINCE", "WHY");
    var code =
        forEach(
            services == null ? List.of("") : services,
            service -> {
              var request = ListTasksRequest.newBuilder().setService(service).setHost(host);
              for (var task : session.services().tasks(request.build()).getTasksList()) {
                if (format == Format.JSON) {
                  out().println(Text.json(task));
                } else {
                  row(table, task);
                }
              }
            });
    if (format == Format.TABLE) {
      table.print(out());
    }
    return code;
  }

  private static void row(Table table, Task task) {
    var wanted = task.getDesiredState() == TaskState.TASK_STATE_RUNNING;
    table.row(
        Text.shortId(task.getId()),
        (wanted ? "" : "\\_ ") + name(task),
        task.getHostName(),
        word(task.getState()),
        Text.ago(task.getUpdatedAt()),
        task.getError().isEmpty() ? task.getMessage() : task.getError());
  }

  static String name(Task task) {
    return task.getServiceName()
        + "."
        + (task.getSlot() > 0 ? Integer.toString(task.getSlot()) : task.getHostName());
  }

  private static String word(TaskState state) {
    return state == TaskState.UNRECOGNIZED
        ? "?"
        : state.name().substring(STATE_PREFIX).toLowerCase(Locale.ROOT);
  }

  @Command(name = "inspect", description = "Print services with their replicas as JSON")
  int inspect(
      @Parameters(arity = "1..*", paramLabel = "SERVICE") List<String> names,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(names, this::inspect);
  }

  private void inspect(String name) {
    var view =
        session.services().inspect(InspectServiceRequest.newBuilder().setService(name).build());
    var tasks = session.services().tasks(ListTasksRequest.newBuilder().setService(name).build());
    out()
        .println(
            Stream.of(view, tasks)
                .map(Text::prettyJson)
                .collect(Collectors.joining(",\n", "[\n", "\n]")));
  }

  @Command(name = "scale", description = "Have so many replicas")
  int scale(
      @Parameters(arity = "1..*", paramLabel = "SERVICE=REPLICAS") List<String> wanted,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(wanted, this::scale);
  }

  private void scale(String wanted) {
    var equals = wanted.lastIndexOf('=');
    if (equals < 1) {
      throw new Failure(
          "not a number of replicas: \"%s\" (expected SERVICE=NUMBER)".formatted(wanted));
    }
    var service = wanted.substring(0, equals);
    session
        .services()
        .scale(
            ScaleServiceRequest.newBuilder()
                .setService(service)
                .setReplicas(ServiceCreateCommand.replicas(wanted.substring(equals + 1)))
                .build());
    out().println(service);
  }

  @Command(name = "rm", description = "Stop and remove services and their replicas")
  int remove(
      @Parameters(arity = "1..*", paramLabel = "SERVICE") List<String> names,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(
        names,
        name -> {
          session.services().remove(RemoveServiceRequest.newBuilder().setService(name).build());
          out().println(name);
        });
  }
}
