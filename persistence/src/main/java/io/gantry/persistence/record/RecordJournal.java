package io.gantry.persistence.record;

import akka.actor.ActorRef;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.Tagged;
import akka.persistence.journal.japi.AsyncWriteJournal;
import com.typesafe.config.Config;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Recorded;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import scala.compat.java8.FutureConverters;
import scala.concurrent.Future;

/**
 * The Akka Persistence journal {@code gantry.record.journal}. It stores {@link Recorded} only.
 *
 * <p>How an actor sees trouble: an event that is not fit for the record (no {@code Recorded}, too
 * large) is <em>rejected</em>, nothing was tried. When the disk refuses, the write <em>fails</em>;
 * whether it took place is then unknown, so Akka stops the actor, and its supervisor starts it
 * again with backoff: it replays what the record holds and memory and record agree again; {@link
 * RecordStore#refusal} tells it why, for its clients. A full disk is such a failure too although
 * nothing was tried: an entity that took it for a rejection and tried again at once would spin. An
 * actor that would go on regardless cannot: its next event does not continue the record's and fails
 * as well.
 */
public final class RecordJournal extends AsyncWriteJournal {
  private static final int PAGE = 256;

  private final RecordStore store;
  private final int largestEntry;

  /** Called by Akka. */
  public RecordJournal(Config config) {
    store = RecordStore.of(context().system());
    largestEntry = RecordSettings.from(context().system().settings().config()).largestEntry();
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> writes) {
    var results = new ArrayList<CompletableFuture<Optional<Exception>>>();
    for (var write : writes) {
      results.add(append(write));
    }
    var answers = new CompletableFuture<Iterable<Optional<Exception>>>();
    CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                answers.complete(results.stream().map(CompletableFuture::join).toList());
              } else {
                // What the actor's log shows should begin with what went wrong.
                answers.completeExceptionally(
                    failure instanceof CompletionException ? failure.getCause() : failure);
              }
            });
    return FutureConverters.toScala(answers);
  }

  private CompletableFuture<Optional<Exception>> append(AtomicWrite write) {
    var drafts = new ArrayList<Write.Draft>();
    try {
      write.payload().foreach(event -> drafts.add(draft(event)));
    } catch (RuntimeException unfit) {
      return CompletableFuture.completedFuture(Optional.of(unfit));
    }
    var append =
        new Write.Append(
            write.persistenceId(), write.lowestSequenceNr(), drafts, new CompletableFuture<>());
    return store
        .submit(append)
        .whenComplete(
            (_, refusal) -> {
              if (refusal != null) {
                store.refused(write.persistenceId(), refusal);
              }
            })
        .thenApply(_ -> Optional.<Exception>empty())
        .toCompletableFuture();
  }

  private Write.Draft draft(PersistentRepr event) {
    if (!event.manifest().isEmpty() || event.metadata().isDefined()) {
      throw new IllegalArgumentException(
          "cannot record event %d of %s: manifests and metadata are not stored"
              .formatted(event.sequenceNr(), event.persistenceId()));
    }
    // Tags are not stored: whoever selects events reads the record and looks at them.
    var payload = event.payload() instanceof Tagged tagged ? tagged.payload() : event.payload();
    if (!(payload instanceof Recorded<?>)) {
      throw new IllegalArgumentException(
          "cannot record event %d of %s: expected a Recorded, found a %s"
              .formatted(event.sequenceNr(), event.persistenceId(), payload.getClass().getName()));
    }
    @SuppressWarnings("unchecked") // E is bounded by Event
    var recorded = (Recorded<? extends Event>) payload;
    var draft = Write.Draft.of(recorded);
    if (draft.bytes() > largestEntry) {
      throw new IllegalArgumentException(
          "cannot record event %d of %s: it has %d bytes, expected at most %d"
              .formatted(event.sequenceNr(), event.persistenceId(), draft.bytes(), largestEntry));
    }
    return draft;
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return FutureConverters.toScala(
        store.submit(new Write.Forget(persistenceId, toSequenceNr, new CompletableFuture<>())));
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    // A write of the actor's former life may still be on its way; the new life must see it.
    return FutureConverters.toScala(
        store
            .settled()
            .thenCompose(
                _ ->
                    store.reading(
                        () ->
                            store.database().read(db -> Entity.of(persistenceId, db)).highest())));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
    CompletionStage<Void> replayed =
        store.reading(
            () -> {
              replay(persistenceId, from, to, max, replay);
              return null;
            });
    return FutureConverters.toScala(replayed);
  }

  private void replay(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
    var entity = store.database().read(db -> Entity.of(persistenceId, db));
    long next = Math.max(from, entity.deletedTo() + 1);
    long end = Math.min(to, entity.highest());
    long left = max;
    while (next <= end && left > 0) {
      int count = (int) Math.min(PAGE, Math.min(left, end - next + 1));
      for (var entry : History.page(store.database(), persistenceId, next, count)) {
        replay.accept(
            PersistentRepr.apply(
                    entry.recorded(),
                    entry.persistenceSequence(),
                    persistenceId,
                    PersistentRepr.Undefined(),
                    false,
                    ActorRef.noSender(),
                    PersistentRepr.Undefined())
                .withTimestamp(entry.time().toEpochMilli()));
      }
      next += count;
      left -= count;
    }
  }
}
