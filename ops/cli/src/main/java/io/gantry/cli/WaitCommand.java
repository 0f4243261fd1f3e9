package io.gantry.cli;

import io.gantry.protocol.v1.WaitRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "wait",
    description = "Wait until containers have exited and print their exit codes")
final class WaitCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", arity = "1..*", description = "Ids, prefixes or names")
  private List<String> names = new ArrayList<>();

  WaitCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(
        names,
        name -> {
          var responses =
              session.containers().wait(WaitRequest.newBuilder().setContainer(name).build());
          while (responses.hasNext()) {
            var response = responses.next();
            if (response.hasExited()) {
              out().println(response.getExited().getCode());
            }
          }
        });
  }
}
