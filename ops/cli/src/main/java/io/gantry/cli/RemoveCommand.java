package io.gantry.cli;

import io.gantry.protocol.v1.RemoveContainerRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rm", description = "Remove containers; answers when they are gone")
final class RemoveCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", arity = "1..*", description = "Ids, prefixes or names")
  private List<String> names = new ArrayList<>();

  @Option(
      names = {"-f", "--force"},
      description = "Kill them first if they run")
  private boolean force;

  @Option(
      names = {"-v", "--volumes"},
      description = "Their anonymous volumes too")
  private boolean volumes;

  RemoveCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    session
        .containers()
        .remove(
            RemoveContainerRequest.newBuilder()
                .setContainer(name)
                .setForce(force)
                .setVolumes(volumes)
                .build());
    out().println(name);
  }
}
