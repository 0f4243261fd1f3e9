package io.gantry.agent.docker;

import io.gantry.agent.docker.json.JsonObject;
import io.gantry.protocol.ErrorKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Bodies of {@code /swarm/init}, {@code /swarm/join} and {@code /swarm/update}. */
final class SwarmRequest {
  /** What clients say when nobody said anything. */
  private static final Set<String> EVERYWHERE =
      Set.of("", "0.0.0.0:2377", "[::]:2377", "0.0.0.0", "[::]");

  private SwarmRequest() {}

  /** HOST[:PORT] where others call this host; empty: found. */
  static Optional<String> address(JsonObject body) {
    return body.text("AdvertiseAddr").filter(address -> !address.isEmpty());
  }

  static String remote(JsonObject body) {
    return body.list("RemoteAddrs").stream()
        .filter(address -> !address.isEmpty())
        .findFirst()
        .orElseThrow(() -> Refusal.invalid("at least 1 RemoteAddr is required to join"));
  }

  static void checkInit(JsonObject body) {
    checkListen(body);
    if (body.is("ForceNewCluster")) {
      throw unsupported(
          "a new cluster of what is left cannot be forced: strike the lost hosts off with docker"
              + " node rm");
    }
    if (body.is("AutoLockManagers")
        || body.objectOrEmpty("Spec").objectOrEmpty("EncryptionConfig").is("AutoLockManagers")) {
      throw unsupported("autolock is not supported");
    }
    if (!body.list("DefaultAddrPool").isEmpty()) {
      throw unsupported("a default address pool is not supported: there are no cluster networks");
    }
  }

  static void checkListen(JsonObject body) {
    var listen = body.textOr("ListenAddr", "");
    if (!EVERYWHERE.contains(listen)) {
      throw unsupported(
          "listen address %s is not supported: a host listens where the others call it"
                  .formatted(listen)
              + " (--advertise-addr)");
    }
    if (!body.textOr("DataPathAddr", "").isEmpty()) {
      throw unsupported("a data path address is not supported: there are no cluster networks");
    }
  }

  /**
   * @param now as {@code GET /swarm} shows it
   */
  static void checkUnchanged(JsonObject asked, JsonObject now) {
    number(asked, now, "Orchestration", "TaskHistoryRetentionLimit");
    for (var name : List.of("SnapshotInterval", "KeepOldSnapshots")) {
      number(asked, now, "Raft", name);
    }
    number(asked, now, "Dispatcher", "HeartbeatPeriod");
    number(asked, now, "CAConfig", "NodeCertExpiry");
    if (!asked.objectOrEmpty("CAConfig").objectList("ExternalCAs").isEmpty()) {
      throw unsupported("external certificate authorities are not supported");
    }
    if (asked.objectOrEmpty("EncryptionConfig").is("AutoLockManagers")) {
      throw unsupported("autolock is not supported");
    }
  }

  private static void number(JsonObject asked, JsonObject now, String part, String name) {
    var wanted = asked.objectOrEmpty(part).number(name);
    var present = now.objectOrEmpty(part).numberOr(name, 0);
    if (wanted.isPresent() && wanted.getAsLong() != present && wanted.getAsLong() != 0) {
      throw unsupported("%s.%s cannot be changed: it is %d".formatted(part, name, present));
    }
  }

  private static Refusal unsupported(String message) {
    return new Refusal(ErrorKind.UNSUPPORTED, message);
  }
}
