package io.gantry.cli;

import io.gantry.protocol.v1.KillContainerRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "kill", description = "Send a signal to containers")
final class KillCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", arity = "1..*", description = "Ids, prefixes or names")
  private List<String> names = new ArrayList<>();

  @Option(
      names = {"-s", "--signal"},
      paramLabel = "SIGNAL",
      description = "Name or number; KILL by default")
  private String signal = "KILL";

  KillCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    session
        .containers()
        .kill(KillContainerRequest.newBuilder().setContainer(name).setSignal(signal).build());
    out().println(name);
  }
}
