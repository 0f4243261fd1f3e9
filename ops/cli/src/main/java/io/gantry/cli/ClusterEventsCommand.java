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

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what happens; without --after or --since: only that")
  private boolean follow;

  @Option(
      names = {"-k", "--kind"},
      paramLabel = "KIND",
      description = "container, image, volume, network or host; may be repeated")
  private List<String> kinds = new ArrayList<>();

  @Option(
      names = {"-s", "--subject"},
      paramLabel = "NAME",
      description = "Id, prefix of one, or name; may be repeated")
  private List<String> subjects = new ArrayList<>();

  @Option(
      names = {"-e", "--event"},
      paramLabel = "TYPE",
      description = "container_started, image_tagged, ...; may be repeated")
  private List<String> types = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table: one short line each; json: one object a line, heartbeats too")
  private Format format = Format.TABLE;

  ClusterEventsCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    var responses = session.cluster().watch(request());
    while (responses.hasNext()) {
      var response = responses.next();
      switch (format) {
        case JSON -> out().println(Text.json(response));
        case TABLE -> line(response);
      }
      out().flush();
      if (out().checkError()) {
        return 1;
      }
    }
    return 0;
  }

  private WatchClusterRequest request() {
    if (!after.isEmpty() && since.isPresent()) {
      throw new Failure("--after and --since exclude each other");
    }
    var request = WatchClusterRequest.newBuilder().setFollow(follow);
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
    } else if (follow) {
      request.setNow(true);
    }
    request.getFilterBuilder().addAllKinds(kinds).addAllIds(subjects).addAllEventTypes(types);
    return request.build();
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
