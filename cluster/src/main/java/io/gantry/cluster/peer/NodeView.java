package io.gantry.cluster.peer;

import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.HostSummary;
import java.util.Map;
import java.util.Set;

/**
 * What a node knows at one moment.
 *
 * @param members ids of the hosts that take part; empty while this one does not
 * @param oldest id of the one of them that takes part longest; empty: there are none
 * @param unreachable those of them that are not heard of
 * @param facts what is agreed on, by key
 * @param summaries what hosts say of themselves, by id
 * @param places names of containers by their ids, by the id of the host that has them
 */
public record NodeView(
    Set<String> members,
    String oldest,
    Set<String> unreachable,
    Map<String, ClusterFact> facts,
    Map<String, HostSummary> summaries,
    Map<String, Map<String, String>> places) {
  public static final NodeView NONE =
      new NodeView(Set.of(), "", Set.of(), Map.of(), Map.of(), Map.of());
}
