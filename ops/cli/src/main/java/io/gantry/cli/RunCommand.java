package io.gantry.cli;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.CreateContainerRequest;
import io.gantry.protocol.v1.StartContainerRequest;
import io.gantry.protocol.v1.WaitCondition;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    sortOptions = false,
    description = {
      "Create a container, start it and stay with it until it has exited.",
      "",
      "Options stand before the image; what comes behind it is the container's command.",
      "The exit code is the container's; 125: it could not be created or started, 126: its command is",
      "not executable, 127: its command was not found.",
      "",
      "  gantry run --rm -it busybox sh",
      "  gantry run -d --name web -p 8080:80 --restart unless-stopped nginx",
      ""
    })
final class RunCommand extends AgentCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "Name or id")
  private String image = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Instead of the image's; with arguments")
  private List<String> command = new ArrayList<>();

  @Option(
      names = {"-d", "--detach"},
      description = "Print the id and leave it running")
  private boolean detach;

  @Option(names = "--name", paramLabel = "NAME", description = "One is made up by default")
  private String name = "";

  @Option(
      names = "--detach-keys",
      paramLabel = "KEYS",
      description = "Keys that leave an interactive container running; ctrl-p,ctrl-q by default")
  private String detachKeys = "";

  @ArgGroup(validate = false, heading = "%nProcess:%n")
  private ProcessOptions process = new ProcessOptions();

  @ArgGroup(validate = false, heading = "%nStorage:%n")
  private StorageOptions storage = new StorageOptions();

  @ArgGroup(validate = false, heading = "%nNetwork:%n")
  private NetworkOptions network = new NetworkOptions();

  @ArgGroup(validate = false, heading = "%nLimits and rights:%n")
  private LimitOptions limits = new LimitOptions();

  @ArgGroup(validate = false, heading = "%nLife:%n")
  private LifeOptions life = new LifeOptions();

  RunCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    if (process.tty && process.interactive && !detach && !session.terminal().inputIsTerminal()) {
      throw new Failure(StartFailure.NOT_RUN, "the input device is not a terminal");
    }
    var created = session.containers().create(request());
    created.getWarningsList().forEach(warning -> err().println("WARNING: " + warning));
    if (detach) {
      start(created.getContainer());
      out().println(created.getContainer().getId());
      return 0;
    }
    return attached(created.getContainer());
  }

  private CreateContainerRequest request() {
    var request = CreateContainerRequest.newBuilder().setName(name);
    var spec = request.getSpecBuilder().setImage(image);
    process.addTo(spec, command, detach);
    storage.addTo(spec.getStorageBuilder());
    network.addTo(spec.getNetworkBuilder());
    limits.addTo(spec);
    life.addTo(spec);
    return request.build();
  }

  private void start(Container container) {
    try {
      session
          .containers()
          .start(StartContainerRequest.newBuilder().setContainer(container.getId()).build());
    } catch (StatusRuntimeException refused) {
      throw StartFailure.of(session, refused);
    }
  }

  private int attached(Container container) {
    var exit =
        PendingExit.register(
            session,
            container.getId(),
            life.remove
                ? WaitCondition.WAIT_CONDITION_REMOVED
                : WaitCondition.WAIT_CONDITION_NEXT_EXIT);
    try (var attachment =
        ContainerAttachment.open(
            session, container.getId(), process.interactive, process.tty, detachKeys)) {
      start(container);
      attachment.begin();
      return attachment.awaitExit(exit);
    }
  }
}
