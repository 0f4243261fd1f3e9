package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ClusterPhase;
import io.gantry.protocol.v1.ClusterView;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The cluster as Docker shows its swarm. Settings that are of another make (Raft, the dispatcher)
 * have Docker's defaults, and none of them can be changed.
 */
public final class SwarmJson {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int KEPT_TASKS = 5;

  /** Of a host's certificate, 90 days. */
  private static final long CERTIFICATE = TimeUnit.DAYS.toNanos(90);

  private SwarmJson() {}

  /** {@code GET /swarm}. One token lets a host in, which is a manager and a worker alike. */
  public static void write(JsonWriter json, ClusterView view, String token) {
    json.object(
        () -> {
          fields(json, view);
          json.object(
              "JoinTokens",
              () -> {
                json.text("Worker", token);
                json.text("Manager", token);
              });
        });
  }

  private static void fields(JsonWriter json, ClusterView view) {
    json.text("ID", view.getClusterId());
    json.object("Version", () -> json.number("Index", 1));
    json.text("CreatedAt", Times.NEVER);
    json.text("UpdatedAt", Times.NEVER);
    json.object("Spec", () -> spec(json));
    json.object("TLSInfo", () -> {});
    json.flag("RootRotationInProgress", false);
    json.array("DefaultAddrPool", () -> {});
    json.number("SubnetSize", 24);
    json.number("DataPathPort", 4789);
  }

  /** The fields of an open object. */
  public static void spec(JsonWriter json) {
    json.text("Name", "default");
    json.object("Labels", () -> {});
    json.object("Orchestration", () -> json.number("TaskHistoryRetentionLimit", KEPT_TASKS));
    json.object(
        "Raft",
        () -> {
          json.number("SnapshotInterval", 10_000);
          json.number("KeepOldSnapshots", 0);
          json.number("LogEntriesForSlowFollowers", 500);
          json.number("ElectionTick", 10);
          json.number("HeartbeatTick", 1);
        });
    json.object("Dispatcher", () -> json.number("HeartbeatPeriod", 5 * SECOND));
    json.object("CAConfig", () -> json.number("NodeCertExpiry", CERTIFICATE));
    json.object("TaskDefaults", () -> {});
    json.object("EncryptionConfig", () -> json.flag("AutoLockManagers", false));
  }

  /** Of {@code GET /info}. */
  static void info(JsonWriter json, ClusterView view) {
    var own = view.getHostsList().stream().filter(ClusterHost::getSelf).findFirst();
    var member = view.getPhase() != ClusterPhase.CLUSTER_PHASE_ALONE && own.isPresent();
    json.object(
        "Swarm",
        () -> {
          json.text("NodeID", own.filter(_ -> member).map(ClusterHost::getId).orElse(""));
          json.text(
              "NodeAddr",
              own.filter(_ -> member)
                  .map(host -> NodeJson.withoutPort(host.getAddress()))
                  .orElse(""));
          json.text("LocalNodeState", member ? "active" : "inactive");
          json.flag("ControlAvailable", member);
          json.text(
              "Error",
              view.getPhase() == ClusterPhase.CLUSTER_PHASE_ASSEMBLING
                  ? "this host does not hear enough of the others"
                  : "");
          if (member) {
            managers(json, view);
          } else {
            json.nothing("RemoteManagers");
          }
        });
  }

  private static void managers(JsonWriter json, ClusterView view) {
    json.array(
        "RemoteManagers",
        view.getHostsList(),
        host ->
            json.object(
                () ->
                    Map.of("NodeID", host.getId(), "Addr", host.getAddress()).forEach(json::text)));
    json.number("Nodes", view.getHostsCount());
    json.number("Managers", view.getHostsCount());
    json.object("Cluster", () -> fields(json, view));
  }
}
