package io.gantry.cli;

import io.gantry.protocol.v1.StartContainerRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "start", description = "Start containers; answers when they run")
final class StartCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", arity = "1..*", description = "Ids, prefixes or names")
  private List<String> names = new ArrayList<>();

  StartCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    session.containers().start(StartContainerRequest.newBuilder().setContainer(name).build());
    out().println(name);
  }
}
