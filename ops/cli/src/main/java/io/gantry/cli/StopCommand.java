package io.gantry.cli;

import io.gantry.protocol.v1.StopContainerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "stop", description = "Stop containers; answers when they have exited")
final class StopCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", arity = "1..*", description = "Ids, prefixes or names")
  private List<String> names = new ArrayList<>();

  @Option(
      names = {"-s", "--signal"},
      paramLabel = "SIGNAL",
      description = "Instead of the one of the container")
  private String signal = "";

  @Option(
      names = {"-t", "--time"},
      paramLabel = "SECONDS",
      description = "Until it is killed; -1: never")
  private Optional<Integer> grace = Optional.empty();

  StopCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    var request = StopContainerRequest.newBuilder().setContainer(name).setSignal(signal);
    grace.ifPresent(request::setGraceSeconds);
    session.containers().stop(request.build());
    out().println(name);
  }
}
