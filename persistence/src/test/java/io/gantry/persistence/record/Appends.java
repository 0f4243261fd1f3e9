package io.gantry.persistence.record;

import io.gantry.persistence.event.VolumeEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Writes to a store as the journal does, without an actor system. */
final class Appends {
  private Appends() {}

  /** Events {@code first}, {@code first}+1, ... of a volume, recorded together. */
  static CompletableFuture<Void> submit(
      RecordStore store, String volume, long first, String... words) {
    var drafts =
        Arrays.stream(words).map(word -> Write.Draft.of(Diary.event(volume, word))).toList();
    var write = new Write.Append("volume|" + volume, first, drafts, new CompletableFuture<>());
    return store.submit(write).toCompletableFuture();
  }

  static void now(RecordStore store, String volume, long first, String... words) {
    submit(store, volume, first, words).join();
  }

  static void end(RecordStore store, String volume, long number) {
    var removed = Diary.recorded(volume, new VolumeEvent.Removed(Instant.EPOCH));
    var draft = Write.Draft.of(removed);
    var write =
        new Write.Append("volume|" + volume, number, List.of(draft), new CompletableFuture<>());
    store.submit(write).toCompletableFuture().join();
  }

  static String word(Entry entry) {
    return entry.recorded().event() instanceof VolumeEvent.Claimed(var word, _) ? word : "?";
  }
}
