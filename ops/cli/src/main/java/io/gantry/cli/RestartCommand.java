package io.gantry.cli;

import io.gantry.protocol.v1.RestartContainerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "restart", description = "Stop containers and start them again")
final class RestartCommand extends AgentCommand {
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

  RestartCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    var request = RestartContainerRequest.newBuilder().setContainer(name).setSignal(signal);
    grace.ifPresent(request::setGraceSeconds);
    session.containers().restart(request.build());
    out().println(name);
  }
}
