package io.gantry.cluster.services;

import io.gantry.agent.Outcome;
import io.gantry.cluster.membership.lifecycle.Roster;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.NodeSettings;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes what a host is to be to services; two facts, of which "drained" is the membership's. */
final class NodeUpdate {
  private NodeUpdate() {}

  static CompletionStage<Outcome<Node>> write(
      Formation formation,
      Node before,
      OptionalLong version,
      NodeAvailability availability,
      Map<String, String> labels) {
    if (version.isPresent() && version.getAsLong() != before.getVersion()) {
      return CompletableFuture.completedStage(
          Outcome.refused(ErrorKind.CONFLICT, "update out of sequence"));
    }
    var id = before.getHost().getId();
    var wanted =
        switch (availability) {
          case NODE_AVAILABILITY_UNSPECIFIED, UNRECOGNIZED -> before.getAvailability();
          case NODE_AVAILABILITY_ACTIVE, NODE_AVAILABILITY_PAUSE, NODE_AVAILABILITY_DRAIN ->
              availability;
        };
    var settings =
        NodeSettings.newBuilder()
            .setPaused(wanted == NodeAvailability.NODE_AVAILABILITY_PAUSE)
            .putAllLabels(labels)
            .setVersion(before.getVersion())
            .build();
    var drained =
        Optional.of(ClusterFact.newBuilder().setDrained(true).build())
            .filter(_ -> wanted == NodeAvailability.NODE_AVAILABILITY_DRAIN);
    var now =
        before.toBuilder()
            .setAvailability(wanted)
            .clearLabels()
            .putAllLabels(labels)
            .setVersion(before.getVersion() + 1)
            .build();
    return formation
        .put(Roster.nodeKey(id), Optional.of(ClusterFact.newBuilder().setNode(settings).build()))
        .thenCompose(
            written ->
                written.then(
                    _ ->
                        drained.isPresent() == before.getHost().getDrained()
                            ? CompletableFuture.completedStage(written)
                            : formation.put(Roster.drainedKey(id), drained)))
        .thenApply(written -> written.map(_ -> now));
  }
}
