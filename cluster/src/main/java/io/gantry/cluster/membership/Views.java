package io.gantry.cluster.membership;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ClusterPhase;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.HostPresence;
import java.util.Comparator;

/** What clients are shown. */
final class Views {
  private Views() {}

  static ClusterView ofNone() {
    return ClusterView.newBuilder().setPhase(ClusterPhase.CLUSTER_PHASE_ALONE).build();
  }

  static <T> Outcome<T> alone() {
    return Outcome.refused(ErrorKind.CONFLICT, "this host belongs to no cluster");
  }

  static ClusterView of(Belonging belonging) {
    var memory = belonging.memory();
    var roster = memory.roster();
    var node = belonging.view();
    var presences = belonging.presences();
    var view =
        ClusterView.newBuilder()
            .setClusterId(memory.authority().clusterId())
            .setPhase(
                node.members().isEmpty()
                    ? ClusterPhase.CLUSTER_PHASE_ASSEMBLING
                    : ClusterPhase.CLUSTER_PHASE_MEMBER)
            .setCertificateExpires(
                Moments.timestamp(memory.certificate().getNotAfter().toInstant()));
    roster.hosts().values().stream()
        .map(
            host -> {
              var shown =
                  ClusterHost.newBuilder()
                      .setId(host.getId())
                      .setName(host.getName())
                      .setAddress(host.getAddress())
                      .setPresence(
                          presences.getOrDefault(host.getId(), HostPresence.HOST_PRESENCE_AWAY))
                      .setDrained(roster.drained().contains(host.getId()))
                      .setSelf(host.getId().equals(memory.self().getId()));
              var summary = node.summaries().get(host.getId());
              return (summary == null ? shown : shown.setSummary(summary)).build();
            })
        .sorted(Comparator.comparing(ClusterHost::getName))
        .forEach(view::addHosts);
    return view.build();
  }
}
