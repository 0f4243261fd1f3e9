package io.gantry.cli;

import io.gantry.protocol.Release;
import io.gantry.protocol.v1.VersionRequest;
import java.util.TreeMap;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the versions of this program and of the agent")
final class VersionCommand extends AgentCommand {
  VersionCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    out().println("gantry       " + Release.VERSION);
    out().flush();
    var agent = session.engine().version(VersionRequest.getDefaultInstance());
    out().println("agent        " + agent.getGantryVersion());
    out().println("api          " + agent.getApiVersion());
    new TreeMap<>(agent.getComponentsMap())
        .forEach((name, version) -> out().printf("%-12s %s%n", name, version));
    out()
        .printf(
            "host         %s, Linux %s, %s%n",
            agent.getOperatingSystem(), agent.getKernelVersion(), agent.getArchitecture());
    return 0;
  }
}
