package io.gantry.cli;

import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ClusterPhase;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.DrainHostRequest;
import io.gantry.protocol.v1.ForgetHostRequest;
import io.gantry.protocol.v1.InitClusterRequest;
import io.gantry.protocol.v1.JoinClusterRequest;
import io.gantry.protocol.v1.JoinTokenRequest;
import io.gantry.protocol.v1.LeaveClusterRequest;
import io.gantry.protocol.v1.ViewClusterRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cluster", description = "Make several hosts one, and see how they are")
final class ClusterCommand extends CommandGroup {
  ClusterCommand(Session session) {
    super(session, "init, join, leave, nodes, events, token, drain, undrain or forget");
  }

  @Command(name = "init", description = "Begin a cluster of this host; print how others join")
  int init(
      @Option(
              names = "--address",
              paramLabel = "HOST[:PORT]",
              defaultValue = "",
              description = "Where others call this host (the only address it has)")
          String address,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var view = session.cluster().init(InitClusterRequest.newBuilder().setAddress(address).build());
    var own = view.getHostsList().stream().filter(ClusterHost::getSelf).findFirst();
    out().println("cluster " + view.getClusterId());
    out()
        .printf(
            "on each other host: gantry cluster join %s --token %s%n",
            own.map(ClusterHost::getAddress).orElse("ADDRESS"), token(false));
    return 0;
  }

  @Command(name = "join", description = "Enter a cluster through one of its hosts")
  int join(
      @Parameters(paramLabel = "HOST[:PORT]", description = "A host of the cluster") String remote,
      @Option(
              names = "--token",
              paramLabel = "TOKEN",
              required = true,
              description = "As 'gantry cluster token' prints it there")
          String token,
      @Option(
              names = "--address",
              paramLabel = "HOST[:PORT]",
              defaultValue = "",
              description = "Where others call this host (where its calls come from)")
          String address,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var request =
        JoinClusterRequest.newBuilder().setRemote(remote).setToken(token).setAddress(address);
    print(session.cluster().join(request.build()));
    return 0;
  }

  @Command(name = "leave", description = "This host goes its own way, with all its containers")
  int leave(
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    session.cluster().leave(LeaveClusterRequest.getDefaultInstance());
    return 0;
  }

  @Command(name = "nodes", description = "List the hosts")
  int nodes(
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "TABLE",
              description = "table, or json: one object a line")
          Format format,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var view = session.cluster().view(ViewClusterRequest.getDefaultInstance());
    if (view.getPhase() == ClusterPhase.CLUSTER_PHASE_ALONE) {
      throw new Failure("this host belongs to no cluster");
    }
    if (format == Format.JSON) {
      view.getHostsList().forEach(host -> out().println(Text.json(host)));
    } else {
      print(view);
    }
    return 0;
  }

  @Command(name = "token", description = "Print what lets a host join")
  int token(
      @Option(names = "--rotate", description = "Another one; the old one lets nobody in any more")
          boolean rotate,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    out().println(token(rotate));
    return 0;
  }

  @Command(name = "drain", description = "No new containers for these hosts")
  int drain(
      @Parameters(arity = "1..*", paramLabel = "HOST") List<String> hosts,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(hosts, host -> drain(host, true));
  }

  @Command(name = "undrain", description = "New containers for these hosts again")
  int undrain(
      @Parameters(arity = "1..*", paramLabel = "HOST") List<String> hosts,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(hosts, host -> drain(host, false));
  }

  @Command(name = "forget", description = "Strike hosts off that will not come back")
  int forget(
      @Parameters(arity = "1..*", paramLabel = "HOST") List<String> hosts,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(
        hosts,
        host -> {
          session.cluster().forget(ForgetHostRequest.newBuilder().setHost(host).build());
          out().println(host);
        });
  }

  private void drain(String host, boolean drained) {
    session
        .cluster()
        .drain(DrainHostRequest.newBuilder().setHost(host).setDrained(drained).build());
    out().println(host);
  }

  private String token(boolean rotate) {
    return session
        .cluster()
        .token(JoinTokenRequest.newBuilder().setRotate(rotate).build())
        .getToken();
  }

  private void print(ClusterView view) {
    var table =
        new Table("NAME", "ID", "STATE", "ADDRESS", "VERSION", "CONTAINERS", "CPUS", "MEMORY");
    for (var host : view.getHostsList()) {
      var summary = host.getSummary();
      table.row(
          host.getName() + (host.getSelf() ? " *" : ""),
          Text.shortId(host.getId()),
          state(host),
          host.getAddress(),
          host.hasSummary() ? summary.getGantryVersion() : "",
          host.hasSummary()
              ? "%d of %d".formatted(summary.getContainersRunning(), summary.getContainers())
              : "",
          host.hasSummary() ? Integer.toString(summary.getCpus()) : "",
          host.hasSummary() ? Text.size(summary.getMemoryBytes()) : "");
    }
    table.print(out());
    if (view.getPhase() == ClusterPhase.CLUSTER_PHASE_ASSEMBLING) {
      err().println("gantry: this host does not hear enough of the others");
    }
  }

  private static String state(ClusterHost host) {
    var presence =
        switch (host.getPresence()) {
          case HOST_PRESENCE_UP -> "up";
          case HOST_PRESENCE_UNREACHABLE -> "unreachable";
          case HOST_PRESENCE_AWAY -> "away";
          case HOST_PRESENCE_UNSPECIFIED, UNRECOGNIZED -> "?";
        };
    return host.getDrained() ? presence + ", drained" : presence;
  }
}
