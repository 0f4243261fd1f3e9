package io.gantry.persistence.record;

import akka.stream.Attributes;
import akka.stream.Outlet;
import akka.stream.SourceShape;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries after a cursor, from disk and then live. There is no seam between the two, because
 * there are no two: the stage always asks for what follows the last entry it holds, and memory or
 * disk answers.
 */
final class EntrySource extends GraphStage<SourceShape<Entry>> {
  private static final int PAGE = 256;

  private final RecordStore store;
  private final long after;
  private final boolean follow;
  private final Outlet<Entry> out = Outlet.create("entries");

  EntrySource(RecordStore store, long after, boolean follow) {
    this.store = store;
    this.after = Math.max(0, after);
    this.follow = follow;
  }

  @Override
  public SourceShape<Entry> shape() {
    return SourceShape.of(out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Reading();
  }

  /** What a read led to: one of both is null. */
  private record Page(@Nullable List<Entry> entries, @Nullable Throwable failure) {}

  private final class Reading extends GraphStageLogic {
    private final ArrayDeque<Entry> held = new ArrayDeque<>();
    private final long end = follow ? Long.MAX_VALUE : store.last();
    private final AsyncCallback<Page> arrived = createAsyncCallback(this::arrived);
    private final AsyncCallback<Long> woken = createAsyncCallback(cursor -> next());
    private final Runnable wake = () -> woken.invoke(0L);
    private long cursor = after;

    Reading() {
      super(EntrySource.this.shape());
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              next();
            }
          });
    }

    private void next() {
      if (!held.isEmpty()) {
        push(out, held.removeFirst());
        return;
      }
      if (cursor >= end) {
        completeStage();
        return;
      }
      var live = store.tail().after(cursor, PAGE);
      if (live == null) {
        fetch(cursor);
      } else if (!live.isEmpty()) {
        hold(live);
        next();
      } else if (store.tail().closed()) {
        completeStage();
      } else {
        store.tail().await(cursor, wake);
      }
    }

    private void fetch(long from) {
      store
          .reading(() -> store.page(from, PAGE))
          .whenComplete((entries, failure) -> arrived.invoke(new Page(entries, failure)));
    }

    private void arrived(Page page) {
      var entries = page.entries();
      if (entries == null) {
        failStage(page.failure());
      } else if (entries.isEmpty()) {
        // What was published is not to be found. Silence would be taken for "nothing happened".
        failStage(
            new RecordUnavailableException(
                "the record in %s has no entry after %d, expected up to %d"
                    .formatted(store.directory(), cursor, store.last())));
      } else {
        hold(entries);
        next();
      }
    }

    private void hold(List<Entry> entries) {
      for (var entry : entries) {
        if (entry.sequence() <= end) {
          held.addLast(entry);
        }
        cursor = entry.sequence();
      }
      if (held.isEmpty()) {
        completeStage();
      }
    }

    @Override
    public void postStop() {
      store.tail().forget(wake);
    }
  }
}
