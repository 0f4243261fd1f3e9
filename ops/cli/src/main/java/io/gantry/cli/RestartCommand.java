package io.gantry.cli;

import io.gantry.protocol.v1.RestartContainerRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "restart", description = "Stop containers and start them again")
final class RestartCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", arity = "1..*", description = "Ids, prefixes or names")
  private List<String> names = new ArrayList<>();

  @Mixin private GraceOptions grace = new GraceOptions();

  RestartCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    var request = RestartContainerRequest.newBuilder().setContainer(name).setSignal(grace.signal);
    grace.seconds.ifPresent(request::setGraceSeconds);
    session.containers().restart(request.build());
    out().println(name);
  }
}
