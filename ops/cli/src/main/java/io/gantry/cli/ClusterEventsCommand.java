package io.gantry.cli;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ViewClusterRequest;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "events",
    sortOptions = false,
    description = {
      "Print the records of all hosts as one stream: each host's part in its order.",
      "",
      "A reader that keeps the last cursor of each host goes on with --after at any host and misses"
          + " nothing;",
      "the part of a host that is away comes when it is back.",
      ""
    })
final class ClusterEventsCommand extends AgentCommand {
  @Option(
      names = "--after",
      paramLabel = "HOST=CURSOR,...",
      split = ",",
      description = "SEQUENCE[:EPOCH] of each host; of others all")
  private List<String> after = new ArrayList<>();

  @Option(names = "--since", paramLabel = "TIME", description = TimeOption.DESCRIPTION)
  private Optional<String> since = Optional.empty();

  @Mixin private WatchOptions options = new WatchOptions();

  ClusterEventsCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return options.print(session.cluster().watch(request()), out(), this::line);
  }

  private WatchClusterRequest request() {
    if (!after.isEmpty() && since.isPresent()) {
      throw new Failure("--after and --since exclude each other");
    }
    var request = WatchClusterRequest.newBuilder().setFollow(options.follow());
    if (!after.isEmpty()) {
      var hosts = session.cluster().view(ViewClusterRequest.getDefaultInstance()).getHostsList();
      for (var text : after) {
        var parts = text.split("=", 2);
        if (parts.length != 2) {
          throw new Failure("not a place: \"%s\" (expected HOST=SEQUENCE[:EPOCH])".formatted(text));
        }
        request.putAfter(id(hosts, parts[0]), EventsCommand.cursor(parts[1]));
      }
    } else if (since.isPresent()) {
      request.setSince(Moments.timestamp(TimeOption.parse(since.get())));
    } else if (options.follow()) {
      request.setNow(true);
    }
    return request.setFilter(options.filter()).build();
  }

  private static String id(List<ClusterHost> hosts, String reference) {
    return hosts.stream()
        .filter(host -> host.getName().equals(reference) || host.getId().equals(reference))
        .map(ClusterHost::getId)
        .findFirst()
        .orElseThrow(() -> new Failure("no host %s in the cluster".formatted(reference)));
  }

  private void line(WatchClusterResponse response) {
    var host = response.getHostName();
    switch (response.getMessageCase()) {
      case ENTRY -> out().println(host + " " + EventLine.of(response.getEntry()));
      case GAP -> out().println(host + " " + EventsCommand.gap(response.getGap()));
      case PRESENCE ->
          out()
              .printf(
                  "%s -- %s%n",
                  host,
                  switch (response.getPresence()) {
                    case HOST_PRESENCE_UP -> "is heard of again";
                    case HOST_PRESENCE_UNREACHABLE,
                        HOST_PRESENCE_AWAY,
                        HOST_PRESENCE_UNSPECIFIED,
                        UNRECOGNIZED ->
                        "is not heard of: its part comes when it is";
                  });
      case HEARTBEAT, MESSAGE_NOT_SET -> {}
    }
  }
}
