package io.gantry.persistence.record;

import io.gantry.persistence.schema.UnreadableEntryException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is older than the budget allows and what no living entity is rebuilt from. Entries
 * of living entities stay, however old; readers see the rest as a jump in the sequence.
 *
 * <p>It walks the record on a thread of its own and asks the writer for small bites, so that an
 * append waits for one bite at most. It may stop anywhere and is repeated from where it was.
 */
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Entries removed with one write. */
  static final int BITE = 200;

  private static final int PAGE = 500;

  /**
   * When the record is too large it is cut to this part of its budget, so that it is not cut again
   * at once.
   */
  private static final double SLACK = 0.8;

  private final RecordStore store;
  private final RecordSettings.Retention budget;

  Retention(RecordStore store, RecordSettings.Retention budget) {
    this.store = store;
    this.budget = budget;
  }

  /** One walk. Blocks. */
  void run(Instant now) {
    try {
      long cut = cut(now);
      long done = Cuts.done(store.database());
      if (cut <= done) {
        return;
      }
      mark(Cuts.PLANNED, cut);
      long removed = remove(done, cut);
      mark(Cuts.DONE, cut);
      LOG.info("record in {}: removed {} entries before entry {}", store.directory(), removed, cut);
    } catch (RecordUnavailableException | UnreadableEntryException | CompletionException later) {
      LOG.warn("record in {}: retention goes on later: {}", store.directory(), later.getMessage());
    } catch (RuntimeException bug) {
      // Thrown, it would end all walks to come, and the disk would fill in silence.
      LOG.error("record in {}: retention goes on later", store.directory(), bug);
    }
  }

  /** The first entry to keep whatever it belongs to. The newest one is always kept. */
  private long cut(Instant now) {
    long cut = 1;
    if (budget.age().isPositive()) {
      cut = store.firstSince(now.minus(budget.age()));
    }
    if (budget.size() > 0) {
      long from = Math.max(cut, Cuts.planned(store.database()));
      if (Cuts.size(store.database(), from) > budget.size()) {
        cut = Math.max(cut, fitting(from, (long) (budget.size() * SLACK)));
      }
    }
    return Math.min(cut, store.last());
  }

  /** The first sequence from which on the entries take no more than {@code size}. */
  private long fitting(long from, long size) {
    long low = from;
    long high = store.last();
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (Cuts.size(store.database(), middle) > size) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long remove(long from, long cut) {
    long removed = 0;
    // Entities whose turn has come in this walk; forgotten when there are many, which only costs
    // time.
    Set<String> seen = new HashSet<>();
    for (long cursor = from - 1; cursor < cut - 1; ) {
      var page = Cuts.owners(store.database(), cursor + 1, cut, PAGE);
      if (page.ids().isEmpty()) {
        break;
      }
      for (var id : page.ids()) {
        if (seen.add(id)) {
          removed += prune(id, cut);
        }
      }
      if (seen.size() > 100_000) {
        seen.clear();
      }
      cursor = page.last();
    }
    return removed;
  }

  private long prune(String id, long cut) {
    long removed = 0;
    while (true) {
      var prune =
          new Write.Prune(id, cut, BITE, new CompletableFuture<>(), new CompletableFuture<>());
      store.submit(prune);
      prune.done().join();
      int bite = prune.removed().join();
      removed += bite;
      if (bite < BITE) {
        return removed;
      }
    }
  }

  private void mark(byte[] key, long sequence) {
    Write.Edit edit = (WriteBatch batch, Database _) -> batch.put(key, Keys.number(sequence));
    store.submit(new Write.Change(edit, new CompletableFuture<>())).toCompletableFuture().join();
  }
}
