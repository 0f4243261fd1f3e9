package io.gantry.ops;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.gantry.agent.HostFacts;
import io.gantry.agent.container.Board;
import io.gantry.agent.engine.HostActor;
import io.gantry.cluster.membership.ClusterSettings;
import io.gantry.cluster.membership.LocalMembership;
import io.gantry.cluster.membership.Surroundings;
import io.gantry.persistence.event.Provenance;
import io.gantry.protocol.v1.HostSummary;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The room where this host meets others. Until somebody makes a cluster it is empty. */
final class OtherHosts {
  private OtherHosts() {}

  static LocalMembership of(
      ActorSystem<?> system,
      HostFacts host,
      ActorRef<HostActor.Command> record,
      Board board,
      Path state) {
    return new LocalMembership(
        new Surroundings(
            system,
            host.id(),
            host.name(),
            event -> record.tell(new HostActor.Note(event, Provenance.ENGINE, system.ignoreRef())),
            () -> summary(host, board),
            state,
            ClusterSettings.of(system.settings().config()),
            InstantSource.system(),
            new SecureRandom()));
  }

  private static HostSummary summary(HostFacts host, Board board) {
    var summary =
        HostSummary.newBuilder()
            .setGantryVersion(host.gantryVersion())
            .setCpus(host.cpus())
            .setMemoryBytes(host.memoryBytes());
    for (var container : board.list()) {
      summary.setContainers(summary.getContainers() + 1);
      if (container.getStatus().getPid() != 0) {
        var limits = container.getSpec().getResources();
        summary
            .setContainersRunning(summary.getContainersRunning() + 1)
            .setReservedMemoryBytes(
                summary.getReservedMemoryBytes()
                    + Math.max(limits.getMemoryBytes(), limits.getMemoryReservationBytes()))
            .setReservedNanoCpus(summary.getReservedNanoCpus() + limits.getNanoCpus());
      }
    }
    return summary.build();
  }
}
