package io.gantry.persistence.record;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.DeleteEventsCompleted;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.RecoveryFailed;
import akka.persistence.typed.SnapshotCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.VolumeEvent;

/**
 * An entity with snapshots: its state is all it was told, in one text. Tells an observer about its
 * journal.
 */
final class Slate extends EventSourcedBehavior<Slate.Append, Recorded<? extends Event>, String> {
  /** Answered with the whole text. */
  record Append(String word, ActorRef<String> replyTo) {}

  private final ActorRef<String> observer;

  private Slate(ActorRef<String> observer) {
    super(PersistenceId.ofUniqueId("volume|slate"));
    this.observer = observer;
  }

  static Behavior<Append> create(ActorRef<String> observer) {
    return new Slate(observer);
  }

  @Override
  public String emptyState() {
    return "";
  }

  @Override
  public CommandHandler<Append, Recorded<? extends Event>, String> commandHandler() {
    return (state, append) ->
        Effect()
            .persist(Diary.event("slate", append.word()))
            .thenReply(append.replyTo(), text -> text);
  }

  @Override
  public EventHandler<String, Recorded<? extends Event>> eventHandler() {
    return (text, recorded) -> {
      observer.tell("applied");
      return recorded.event() instanceof VolumeEvent.Claimed(var word, _) ? text + word : text;
    };
  }

  @Override
  public SignalHandler<String> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (text, _) -> observer.tell("recovered " + text))
        .onSignal(
            RecoveryFailed.class, (_, failed) -> observer.tell(failed.getFailure().getMessage()))
        .onSignal(SnapshotCompleted.class, (_, _) -> observer.tell("snapshot"))
        .onSignal(
            DeleteEventsCompleted.class,
            (_, done) -> observer.tell("deleted to " + done.toSequenceNr()))
        .build();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(5, 1).withDeleteEventsOnSnapshot();
  }
}
