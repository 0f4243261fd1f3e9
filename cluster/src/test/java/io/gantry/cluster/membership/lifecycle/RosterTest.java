package io.gantry.cluster.membership.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.HostEvent.HostChanged.Change;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.JoinSecret;
import io.gantry.protocol.v1.RosterEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final RosterEntry ONE = host("1a2b", "h1");
  private static final RosterEntry TWO = host("1c3d", "h2");

  private static RosterEntry host(String id, String name) {
    return RosterEntry.newBuilder().setId(id).setName(name).setAddress("10.0.0.1:4280").build();
  }

  private static Map<String, ClusterFact> facts() {
    var facts = new HashMap<String, ClusterFact>();
    for (var host : new RosterEntry[] {ONE, TWO}) {
      facts.put(Roster.hostKey(host.getId()), ClusterFact.newBuilder().setHost(host).build());
    }
    facts.put(
        Roster.TOKEN,
        ClusterFact.newBuilder().setToken(JoinSecret.newBuilder().setSecret("s")).build());
    return facts;
  }

  @Test
  void factsAreReadAsWhoBelongsToTheCluster() {
    var facts = facts();
    facts.put(Roster.drainedKey("1c3d"), ClusterFact.newBuilder().setDrained(true).build());
    assertThat(Roster.of(facts))
        .isEqualTo(
            new Roster(Map.of("1a2b", ONE, "1c3d", TWO), Set.of("1c3d"), Set.of(), Map.of(), "s"));
  }

  @Test
  void whoWasStruckOffBelongsToItNoMoreEvenWhereItIsStillWritten() {
    var facts = facts();
    facts.put(Roster.revokedKey("1c3d"), ClusterFact.newBuilder().setRevoked(true).build());
    assertThat(Roster.of(facts).hosts()).containsOnlyKeys("1a2b");
    assertThat(Roster.of(facts).revoked()).containsExactly("1c3d");
  }

  @Test
  void hostsAreFoundByNameIdAndPrefix() {
    var roster = Roster.of(facts());
    assertThat(roster.find("h2")).containsExactly(TWO);
    assertThat(roster.find("1a2b")).containsExactly(ONE);
    assertThat(roster.find("1c")).containsExactly(TWO);
    assertThat(roster.find("1")).hasSize(2);
    assertThat(roster.find("")).isEmpty();
  }

  @Test
  void whatChangedAboutWhoIsThereIsSaidOnce() {
    var before = Presences.of(Set.of("a", "b", "c"), Set.of("a", "b"), Set.of());
    var cut = Presences.of(Set.of("a", "b", "c"), Set.of("a", "b", "c"), Set.of("b"));
    assertThat(Presences.changes(before, cut))
        .isEqualTo(Map.of("b", Change.UNREACHABLE, "c", Change.UP));
    assertThat(Presences.changes(cut, before))
        .isEqualTo(Map.of("b", Change.REACHABLE, "c", Change.AWAY));
    assertThat(Presences.changes(cut, cut)).isEmpty();
    assertThat(Presences.of(Set.of("a"), Set.of(), Set.of()))
        .isEqualTo(Map.of("a", HostPresence.HOST_PRESENCE_AWAY));
  }
}
