package io.gantry.cluster.peer;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ddata.LWWMap;
import akka.cluster.ddata.SelfUniqueAddress;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import io.gantry.protocol.v1.PeerMessage;
import io.gantry.protocol.v1.TaskStatus;
import java.util.Map;
import java.util.function.Consumer;

/** Tells the others what this host says of its replicas, and hears what they say. */
final class StatusesActor {
  sealed interface Command {}

  /** All that this host has to say now. */
  record Report(Map<String, TaskStatus> statuses) implements Command {}

  private record Told(Replicator.SubscribeResponse<LWWMap<String, PeerMessage>> response)
      implements Command {}

  private record Said() implements Command {}

  private final ReplicatorMessageAdapter<Command, LWWMap<String, PeerMessage>> replicator;
  private final SelfUniqueAddress self;
  private final String hostId;
  private final Consumer<Map<String, TaskStatus>> listener;

  private StatusesActor(
      ReplicatorMessageAdapter<Command, LWWMap<String, PeerMessage>> replicator,
      SelfUniqueAddress self,
      String hostId,
      Consumer<Map<String, TaskStatus>> listener) {
    this.replicator = replicator;
    this.self = self;
    this.hostId = hostId;
    this.listener = listener;
    for (var shelf = 0; shelf < Statuses.SHELVES; shelf++) {
      replicator.subscribe(Statuses.key(shelf), Told::new);
    }
  }

  /** {@code listener}: what all hosts say, by task id. */
  static Behavior<Command> create(String hostId, Consumer<Map<String, TaskStatus>> listener) {
    return Unanswered.survived(
        Behaviors.setup(
            context ->
                DistributedData.withReplicatorMessageAdapter(
                    (ReplicatorMessageAdapter<Command, LWWMap<String, PeerMessage>> replicator) ->
                        new StatusesActor(
                                replicator,
                                DistributedData.get(context.getSystem()).selfUniqueAddress(),
                                hostId,
                                listener)
                            .serving(Map.of(), Map.of()))));
  }

  private Behavior<Command> serving(Map<String, TaskStatus> known, Map<String, TaskStatus> own) {
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Report(var said) -> {
                for (var shelf = 0; shelf < Statuses.SHELVES; shelf++) {
                  say(shelf, own, said);
                }
                yield serving(known, said);
              }
              case Told(var response) ->
                  response instanceof Replicator.Changed<LWWMap<String, PeerMessage>> changed
                      ? told(Statuses.with(known, changed), own)
                      : Behaviors.same();
              case Said() -> Behaviors.same();
            });
  }

  private Behavior<Command> told(Map<String, TaskStatus> now, Map<String, TaskStatus> own) {
    // What others remember of this host from an earlier life of its agent is put right.
    for (var shelf = 0; shelf < Statuses.SHELVES; shelf++) {
      say(shelf, now, own);
    }
    listener.accept(now);
    return serving(now, own);
  }

  private void say(int shelf, Map<String, TaskStatus> before, Map<String, TaskStatus> now) {
    if (Statuses.on(shelf, hostId, before).equals(Statuses.on(shelf, hostId, now))) {
      return;
    }
    replicator.askUpdate(
        replyTo ->
            new Replicator.Update<>(
                Statuses.key(shelf),
                LWWMap.create(),
                Replicator.writeLocal(),
                replyTo,
                map -> Statuses.aligned(self, map, shelf, hostId, now)),
        _ -> new Said());
  }
}
