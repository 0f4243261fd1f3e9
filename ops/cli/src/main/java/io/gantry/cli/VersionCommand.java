package io.gantry.cli;

import io.gantry.protocol.v1.VersionRequest;
import java.util.TreeMap;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the versions of this program and of the agent")
final class VersionCommand extends AgentCommand {
  VersionCommand(Session session) {
    super(session);
  }

  /** Of the jar; a class path of directories has none. */
  private static String own() {
    var version = Gantry.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public Integer call() {
    out().println("gantry       " + own());
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
