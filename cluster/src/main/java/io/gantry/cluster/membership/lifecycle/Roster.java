package io.gantry.cluster.membership.lifecycle;

import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.NodeSettings;
import io.gantry.protocol.v1.RosterEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The facts that the hosts of a cluster have agreed on, read as who belongs to it.
 *
 * @param hosts by id
 * @param drained ids of hosts that get no new containers
 * @param revoked ids of hosts that were struck off
 * @param nodes what services are to know of hosts, by id
 * @param secret of the token
 */
public record Roster(
    Map<String, RosterEntry> hosts,
    Set<String> drained,
    Set<String> revoked,
    Map<String, NodeSettings> nodes,
    String secret) {
  public static final String TOKEN = "token";

  private static final String NODE = "node/";

  public static String nodeKey(String id) {
    return NODE + id;
  }

  public static String hostKey(String id) {
    return "host/" + id;
  }

  public static String drainedKey(String id) {
    return "drained/" + id;
  }

  public static String revokedKey(String id) {
    return "revoked/" + id;
  }

  public static Roster of(Map<String, ClusterFact> facts) {
    var hosts = new TreeMap<String, RosterEntry>();
    facts.values().stream()
        .filter(ClusterFact::hasHost)
        .forEach(fact -> hosts.put(fact.getHost().getId(), fact.getHost()));
    var revoked = ids(facts, "revoked/", ClusterFact::getRevoked);
    hosts.keySet().removeAll(revoked);
    var token = facts.get(TOKEN);
    return new Roster(
        hosts,
        ids(facts, "drained/", ClusterFact::getDrained),
        revoked,
        nodes(facts),
        token == null ? "" : token.getToken().getSecret());
  }

  private static Map<String, NodeSettings> nodes(Map<String, ClusterFact> facts) {
    return facts.entrySet().stream()
        .filter(fact -> fact.getKey().startsWith(NODE) && fact.getValue().hasNode())
        .collect(
            Collectors.toUnmodifiableMap(
                fact -> fact.getKey().substring(NODE.length()), fact -> fact.getValue().getNode()));
  }

  private static Set<String> ids(
      Map<String, ClusterFact> facts, String prefix, Predicate<ClusterFact> which) {
    return facts.entrySet().stream()
        .filter(fact -> fact.getKey().startsWith(prefix) && which.test(fact.getValue()))
        .map(fact -> fact.getKey().substring(prefix.length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** By name, id or a prefix of ids; more than one: it is not clear who is meant. */
  public List<RosterEntry> find(String reference) {
    var exact =
        hosts.values().stream()
            .filter(host -> host.getName().equals(reference) || host.getId().equals(reference))
            .toList();
    return !exact.isEmpty() || reference.isEmpty()
        ? exact
        : hosts.values().stream().filter(host -> host.getId().startsWith(reference)).toList();
  }
}
