package io.gantry.cluster.peer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import io.gantry.cluster.services.lifecycle.IntentOrder;
import io.gantry.protocol.v1.Intent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Writes and reads the intents of services. */
final class IntentsActor {
  sealed interface Command {}

  /**
   * {@code written}: whether {@code hosts} of them, and a majority of those that are up, have it.
   */
  record Intend(Map<String, Intent> intents, int hosts, CompletableFuture<Boolean> written)
      implements Command {}

  /** {@code read}: whether so many, this one included, were asked; the view has it all by then. */
  record Recall(int hosts, CompletableFuture<Boolean> read) implements Command {}

  private record Written(
      Replicator.UpdateResponse<IntentShelf> response, CompletableFuture<Boolean> written)
      implements Command {}

  private record Read(Replicator.GetResponse<IntentShelf> response, CompletableFuture<Boolean> read)
      implements Command {}

  private record Recalled(CompletableFuture<Boolean> all, boolean complete) implements Command {}

  private record Changed(Replicator.SubscribeResponse<IntentShelf> response) implements Command {}

  private final ReplicatorMessageAdapter<Command, IntentShelf> intents;
  private final ActorRef<Command> me;
  private final Duration patience;
  private final Consumer<Map<String, Intent>> listener;

  private IntentsActor(
      ActorContext<Command> context,
      ReplicatorMessageAdapter<Command, IntentShelf> intents,
      Duration patience,
      Consumer<Map<String, Intent>> listener) {
    this.intents = intents;
    this.me = context.getSelf();
    this.patience = patience;
    this.listener = listener;
    for (var shelf = 0; shelf < IntentShelf.SHELVES; shelf++) {
      intents.subscribe(new IntentShelf.ShelfKey(shelf), Changed::new);
    }
  }

  static Behavior<Command> create(Duration patience, Consumer<Map<String, Intent>> listener) {
    return Unanswered.survived(
        Behaviors.setup(
            context ->
                DistributedData.withReplicatorMessageAdapter(
                    (ReplicatorMessageAdapter<Command, IntentShelf> intents) ->
                        new IntentsActor(context, intents, patience, listener).serving(Map.of()))));
  }

  private Behavior<Command> serving(Map<String, Intent> known) {
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Intend(var some, var hosts, var written) -> {
                intend(some, hosts, written);
                yield told(known, IntentOrder.merged(known, some));
              }
              case Recall(var hosts, var read) -> {
                recall(hosts, read);
                yield Behaviors.same();
              }
              case Written(var response, var written) -> {
                written.complete(response instanceof Replicator.UpdateSuccess<?>);
                yield Behaviors.same();
              }
              case Read(var response, var read) -> {
                read.complete(
                    response instanceof Replicator.GetSuccess<?>
                        || response instanceof Replicator.NotFound<?>);
                yield response instanceof Replicator.GetSuccess<IntentShelf> found
                    ? told(known, IntentOrder.merged(known, found.get(found.key()).intents()))
                    : Behaviors.same();
              }
              case Recalled(var all, var complete) -> {
                all.complete(complete);
                yield Behaviors.same();
              }
              case Changed(var response) ->
                  response instanceof Replicator.Changed<IntentShelf> changed
                      ? told(known, IntentOrder.merged(known, changed.get(changed.key()).intents()))
                      : Behaviors.same();
            });
  }

  private Behavior<Command> told(Map<String, Intent> before, Map<String, Intent> now) {
    if (now.equals(before)) {
      return Behaviors.same();
    }
    listener.accept(now);
    return serving(now);
  }

  private void intend(Map<String, Intent> some, int hosts, CompletableFuture<Boolean> written) {
    var shelves = new TreeMap<Integer, Map<String, Intent>>();
    some.forEach(
        (key, intent) ->
            shelves.computeIfAbsent(IntentShelf.shelf(key), _ -> new HashMap<>()).put(key, intent));
    var parts = new ArrayList<CompletableFuture<Boolean>>();
    shelves.forEach(
        (shelf, more) -> {
          var part = new CompletableFuture<Boolean>();
          parts.add(part);
          var consistency = new Replicator.WriteMajority(patience, hosts);
          intents.askUpdate(
              replyTo ->
                  new Replicator.Update<>(
                      new IntentShelf.ShelfKey(shelf),
                      IntentShelf.EMPTY,
                      consistency,
                      replyTo,
                      before -> before.with(more)),
              response -> new Written(response, part));
        });
    all(parts).thenAccept(written::complete);
  }

  private void recall(int hosts, CompletableFuture<Boolean> read) {
    var parts = new ArrayList<CompletableFuture<Boolean>>();
    for (var shelf = 0; shelf < IntentShelf.SHELVES; shelf++) {
      var key = new IntentShelf.ShelfKey(shelf);
      var part = new CompletableFuture<Boolean>();
      parts.add(part);
      var consistency = new Replicator.ReadMajority(patience, hosts);
      intents.askGet(
          replyTo -> new Replicator.Get<>(key, consistency, replyTo),
          response -> new Read(response, part));
    }
    // By way of this actor, so that the view holds what the last part has brought.
    all(parts).thenAccept(complete -> me.tell(new Recalled(read, complete)));
  }

  private static CompletableFuture<Boolean> all(ArrayList<CompletableFuture<Boolean>> parts) {
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> parts.stream().allMatch(CompletableFuture::join));
  }
}
