package io.gantry.agent.docker.json;

import io.gantry.agent.HostFacts;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeAvailability;
import java.util.List;

/** A host as {@code GET /nodes} shows it: all hosts are managers, and one of them leads. */
public final class NodeJson {
  private static final long BILLION = 1_000_000_000L;

  private NodeJson() {}

  /**
   * @param asked what the host that answers knows of itself: of another one it does not know it
   */
  public static void write(JsonWriter json, Node node, HostFacts asked) {
    var host = node.getHost();
    json.object(
        () -> {
          json.text("ID", host.getId());
          json.object("Version", () -> json.number("Index", node.getVersion()));
          json.text("CreatedAt", Times.NEVER);
          json.text("UpdatedAt", Times.NEVER);
          json.object(
              "Spec",
              () -> {
                json.map("Labels", node.getLabelsMap());
                json.text("Role", "manager");
                json.text("Availability", availability(node.getAvailability()));
              });
          json.object("Description", () -> description(json, host, asked));
          json.object(
              "Status",
              () -> {
                json.text(
                    "State",
                    host.getPresence() == HostPresence.HOST_PRESENCE_UP ? "ready" : "down");
                json.textIfGiven("Message", message(host.getPresence()));
                json.text("Addr", withoutPort(host.getAddress()));
              });
          json.object(
              "ManagerStatus",
              () -> {
                json.flagIfTrue("Leader", node.getLeader());
                json.text(
                    "Reachability",
                    host.getPresence() == HostPresence.HOST_PRESENCE_UP
                        ? "reachable"
                        : "unreachable");
                json.text("Addr", host.getAddress());
              });
        });
  }

  public static String availability(NodeAvailability availability) {
    return switch (availability) {
      case NODE_AVAILABILITY_PAUSE -> "pause";
      case NODE_AVAILABILITY_DRAIN -> "drain";
      case NODE_AVAILABILITY_ACTIVE, NODE_AVAILABILITY_UNSPECIFIED, UNRECOGNIZED -> "active";
    };
  }

  private static String message(HostPresence presence) {
    return switch (presence) {
      case HOST_PRESENCE_UNREACHABLE -> "it is not heard of";
      case HOST_PRESENCE_AWAY -> "it is away";
      case HOST_PRESENCE_UP, HOST_PRESENCE_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  public static String withoutPort(String address) {
    var colon = address.lastIndexOf(':');
    var host = colon < 0 ? address : address.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static void description(JsonWriter json, ClusterHost host, HostFacts asked) {
    json.text("Hostname", host.getName());
    json.object(
        "Platform",
        () -> {
          json.text("Architecture", host.getSelf() ? asked.architecture() : "");
          json.text("OS", "linux");
        });
    json.object(
        "Resources",
        () -> {
          json.number("NanoCPUs", host.getSummary().getCpus() * BILLION);
          json.number("MemoryBytes", host.getSummary().getMemoryBytes());
        });
    json.object(
        "Engine",
        () -> {
          json.text("EngineVersion", host.getSummary().getGantryVersion());
          json.array(
              "Plugins",
              () -> {
                plugins(json, "Log", List.of("json-file", "local", "none"));
                plugins(json, "Network", asked.abilities().networkDrivers());
                plugins(json, "Volume", List.of("local"));
              });
        });
    json.object("TLSInfo", () -> {});
  }

  private static void plugins(JsonWriter json, String type, List<String> names) {
    for (var name : names) {
      json.object(
          () -> {
            json.text("Type", type);
            json.text("Name", name);
          });
    }
  }
}
