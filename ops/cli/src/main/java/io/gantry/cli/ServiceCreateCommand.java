package io.gantry.cli;

import io.gantry.protocol.v1.CreateServiceRequest;
import io.gantry.protocol.v1.GlobalService;
import io.gantry.protocol.v1.ReplicatedService;
import io.gantry.protocol.v1.RestartCondition;
import io.gantry.protocol.v1.ServiceSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    sortOptions = false,
    description = {
      "Create a service and print its id; its replicas follow by themselves.",
      "",
      "Options stand before the image; what comes behind it is the containers' command. What holds"
          + " for",
      "a container of 'gantry run' holds for each replica. A port that is published is published"
          + " on",
      "the host where a replica runs.",
      "",
      "  gantry service create --name web --replicas 3 busybox httpd -f",
      ""
    })
final class ServiceCreateCommand extends AgentCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "Name or id")
  private String image = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Instead of the image's; with arguments")
  private List<String> command = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "One is made up by default")
  private String name = "";

  @Option(names = "--replicas", paramLabel = "NUMBER", description = "1 by default")
  private String replicas = "1";

  @Option(names = "--global", description = "One on each host that can take it")
  private boolean global;

  @Option(
      names = "--constraint",
      paramLabel = "EXPRESSION",
      description = "node.hostname==h1, node.labels.disk!=slow; all must hold")
  private List<String> constraints = new ArrayList<>();

  @Option(names = "--reserve-memory", paramLabel = "SIZE", description = "Free on the host")
  private String memory = "";

  @Option(names = "--reserve-cpus", paramLabel = "NUMBER", description = "Free on the host")
  private Optional<BigDecimal> cpus = Optional.empty();

  @Option(
      names = "--restart",
      paramLabel = "CONDITION",
      description = "any (the default), on-failure or none")
  private String restart = "";

  @Option(
      names = "--service-label",
      paramLabel = "KEY[=VALUE]",
      description = "Of the service; may be repeated")
  private List<String> labels = new ArrayList<>();

  @ArgGroup(validate = false, heading = "%nProcess:%n")
  private ProcessOptions process = new ProcessOptions();

  @ArgGroup(validate = false, heading = "%nStorage:%n")
  private StorageOptions storage = new StorageOptions();

  @ArgGroup(validate = false, heading = "%nNetwork:%n")
  private NetworkOptions network = new NetworkOptions();

  @ArgGroup(validate = false, heading = "%nLimits and rights:%n")
  private LimitOptions limits = new LimitOptions();

  ServiceCreateCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    var request = CreateServiceRequest.newBuilder().setSpec(spec());
    out().println(session.services().create(request.build()).getId());
    return 0;
  }

  private ServiceSpec spec() {
    var spec = ServiceSpec.newBuilder().setName(name);
    var container = spec.getContainerBuilder().setImage(image);
    process.addTo(container, command, true);
    storage.addTo(container.getStorageBuilder());
    network.addTo(container.getNetworkBuilder());
    limits.addTo(container);
    if (global) {
      spec.setGlobal(GlobalService.getDefaultInstance());
    } else {
      spec.setReplicated(ReplicatedService.newBuilder().setReplicas(replicas(replicas)));
    }
    spec.getPlacementBuilder().addAllConstraints(constraints);
    if (!memory.isEmpty()) {
      spec.getReservationBuilder().setMemoryBytes(SizeOption.parse(memory));
    }
    cpus.ifPresent(
        number -> spec.getReservationBuilder().setNanoCpus(number.movePointRight(9).longValue()));
    if (!restart.isEmpty()) {
      spec.getRestartBuilder().setCondition(condition());
    }
    for (var label : labels) {
      var parts = label.split("=", 2);
      spec.putLabels(parts[0], parts.length == 2 ? parts[1] : "");
    }
    return spec.build();
  }

  private RestartCondition condition() {
    return switch (restart) {
      case "any" -> RestartCondition.RESTART_CONDITION_ANY;
      case "on-failure" -> RestartCondition.RESTART_CONDITION_ON_FAILURE;
      case "none" -> RestartCondition.RESTART_CONDITION_NONE;
      default ->
          throw new Failure(
              "not a restart condition: \"%s\" (expected any, on-failure or none)"
                  .formatted(restart));
    };
  }

  static int replicas(String text) {
    if (!text.matches("[0-9]{1,7}")) {
      throw new Failure("not a number of replicas: \"%s\"".formatted(text));
    }
    return Integer.parseInt(text);
  }
}
