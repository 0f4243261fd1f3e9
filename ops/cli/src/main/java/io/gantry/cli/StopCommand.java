package io.gantry.cli;

import io.gantry.protocol.v1.StopContainerRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "stop", description = "Stop containers; answers when they have exited")
final class StopCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", arity = "1..*", description = "Ids, prefixes or names")
  private List<String> names = new ArrayList<>();

  @Mixin private GraceOptions grace = new GraceOptions();

  StopCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    var request = StopContainerRequest.newBuilder().setContainer(name).setSignal(grace.signal);
    grace.seconds.ifPresent(request::setGraceSeconds);
    session.containers().stop(request.build());
    out().println(name);
  }
}
