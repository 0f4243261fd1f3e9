package io.gantry.ops;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.gantry.agent.HostFacts;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.Board;
import io.gantry.agent.engine.HostActor;
import io.gantry.cluster.engine.Summaries;
import io.gantry.cluster.membership.ClusterSettings;
import io.gantry.cluster.membership.LocalMembership;
import io.gantry.cluster.membership.Surroundings;
import io.gantry.cluster.services.Governor;
import io.gantry.cluster.services.LocalServices;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.record.RecordReader;
import io.gantry.protocol.v1.Container;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The room where this host meets others. Until somebody makes a cluster it is empty. */
record OtherHosts(LocalMembership membership, LocalServices services) {
  /** Changes that come together are told together. */
  private static final int MANY = 1000;

  /** What takes longer to record has failed. */
  private static final Duration RECORDED = Duration.ofSeconds(8);

  private static final Duration A_MOMENT = Duration.ofMillis(20);

  static OtherHosts of(
      ActorSystem<?> system,
      HostFacts host,
      ActorRef<HostActor.Command> record,
      Board board,
      Path state) {
    BiConsumer<HostEvent, Provenance> note =
        (event, why) -> record.tell(new HostActor.Note(event, why, system.ignoreRef()));
    var governor = new AtomicReference<Governor>();
    var membership =
        new LocalMembership(
            new Surroundings(
                system,
                host.id(),
                host.name(),
                event -> note.accept(event, Provenance.ENGINE),
                () -> Summaries.ofHost(host, board.list()),
                () -> names(board),
                () -> Objects.requireNonNull(governor.get()),
                state,
                ClusterSettings.of(system.settings().config()),
                InstantSource.system(),
                new SecureRandom()));
    var services =
        new LocalServices(
            system,
            membership.formation(),
            (event, why) ->
                AskPattern.<HostActor.Command, Outcome<Done>>ask(
                    record,
                    replyTo -> new HostActor.Note(event, why, replyTo),
                    RECORDED,
                    system.scheduler()),
            InstantSource.system(),
            new SecureRandom());
    governor.set(services);
    return new OtherHosts(membership, services);
  }

  private static Map<String, String> names(Board board) {
    return board.list().stream().collect(Collectors.toMap(Container::getId, Container::getName));
  }

  /** Tells the others of containers that come, go and are renamed, as the record tells. */
  static void tell(ActorSystem<?> system, RecordReader record, LocalMembership membership) {
    record
        .read(record.last(), true)
        .filter(entry -> matters(entry.recorded().event()))
        .groupedWithin(MANY, A_MOMENT)
        .runForeach(_ -> membership.containersChanged(), system);
  }

  private static boolean matters(Event event) {
    return event instanceof ContainerEvent.Created
        || event instanceof ContainerEvent.Renamed
        || event instanceof ContainerEvent.Removed;
  }
}
