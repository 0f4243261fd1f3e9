package io.gantry.persistence.record;

import io.gantry.persistence.schema.EventSchema;
import io.gantry.persistence.schema.UnreadableEntryException;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.JournalEntry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks a record from its first entry to its last and checks that each is what was written, where
 * it was written. Finds changed, removed, added and exchanged entries. What it cannot find is that
 * the newest ones were cut off together: compare {@link Verdict.Intact#hash} with one noted
 * elsewhere for that.
 */
public final class RecordVerifier {
  private static final int PAGE = 512;

  private final Database database;
  private long expected = 1;
  private long entries;
  private @Nullable Stored previous;
  private long epoch;
  private Instant time = Instant.MIN;

  private RecordVerifier(Database database) {
    this.database = database;
  }

  /** What the walk found. */
  public sealed interface Verdict {
    /**
     * Everything is as it was written.
     *
     * @param first sequence of the oldest entry, one past {@code last} when there is none
     * @param last sequence of the newest entry; 0: none
     * @param entries how many there are; fewer than the sequences when retention removed some
     * @param hash of the newest entry: proves all before it up to what retention removed. 32 zero
     *     bytes when there is none
     */
    record Intact(long first, long last, long entries, byte[] hash) implements Verdict {
      public String hashText() {
        return HexFormat.of().formatHex(hash);
      }
    }

    /**
     * The first entry that is not as it was written. Those before it are.
     *
     * @param reason says what is wrong with it, and begins with "entry N"
     */
    record Broken(long sequence, String reason) implements Verdict {}
  }

  /**
   * Verifies an open record; entries may be added meanwhile. Blocks for as long as reading all of
   * it takes.
   */
  public static Verdict verify(RecordStore store) {
    return new RecordVerifier(store.database()).walk();
  }

  /**
   * Verifies the record in a directory, whether an agent runs on it or not.
   *
   * @throws RecordUnavailableException when there is none or it cannot be read at all
   */
  public static Verdict verify(Path directory) {
    try (var database = Database.openReadOnly(RecordSettings.in(directory))) {
      return new RecordVerifier(database).walk();
    }
  }

  private record Line(long sequence, byte[] value) {}

  private Verdict walk() {
    long first = 1;
    while (true) {
      var page = page(expected);
      if (page.isEmpty()) {
        byte[] hash = previous == null ? Head.NONE.hash() : previous.hash();
        return new Verdict.Intact(first, expected - 1, entries, hash);
      }
      for (var line : page) {
        var fault = check(line);
        if (fault.isPresent()) {
          return new Verdict.Broken(expected, "entry %d %s".formatted(expected, fault.get()));
        }
        if (entries == 0) {
          first = line.sequence();
        }
        entries++;
        expected++;
      }
    }
  }

  private Optional<String> check(Line line) {
    if (line.sequence() > expected && line.sequence() <= Cuts.planned(database)) {
      // Retention was here; what was between has no witness any more.
      expected = line.sequence();
      previous = null;
    }
    if (line.sequence() != expected) {
      return Optional.of("is missing: the next one there is %d".formatted(line.sequence()));
    }
    JournalEntry entry;
    Stored stored;
    try {
      stored = Stored.of(line.value());
      if (!Arrays.equals(Stored.sha256(stored.bytes()), stored.hash())) {
        return Optional.of(
            "was changed: its hash is %s, expected %s"
                .formatted(hex(Stored.sha256(stored.bytes())), hex(stored.hash())));
      }
      entry = EventSchema.parse(stored.bytes());
      EventSchema.read(entry);
    } catch (UnreadableEntryException unreadable) {
      return Optional.of("cannot be read: " + unreadable.getMessage());
    }
    return place(entry, stored);
  }

  private Optional<String> place(JournalEntry entry, Stored stored) {
    if (entry.getSequence() != expected) {
      return Optional.of(
          "is not in its place: it says it is entry %d".formatted(entry.getSequence()));
    }
    byte[] before = entry.getPreviousHash().toByteArray();
    byte[] expectedBefore =
        expected == 1 ? Head.NONE.hash() : previous == null ? before : previous.hash();
    if (!Arrays.equals(before, expectedBefore)) {
      return Optional.of(
          "does not follow entry %d: it was written after one with hash %s, expected %s"
              .formatted(expected - 1, hex(before), hex(expectedBefore)));
    }
    var entryTime = Moments.instant(entry.getTime());
    if (entry.getEpoch() < epoch || entryTime.isBefore(time)) {
      return Optional.of("is of an earlier epoch or time than the one before it");
    }
    byte[] index = Keys.index(entry.getPersistenceId(), entry.getPersistenceSequence());
    byte[] indexed = database.read(db -> db.get(index));
    boolean found = indexed != null && Keys.number(indexed) == expected;
    if (!found && !removedMeanwhile()) {
      return Optional.of(
          "is not found as event %d of %s"
              .formatted(entry.getPersistenceSequence(), entry.getPersistenceId()));
    }
    previous = stored;
    epoch = entry.getEpoch();
    time = entryTime;
    return Optional.empty();
  }

  private boolean removedMeanwhile() {
    return expected < Cuts.planned(database)
        && database.read(db -> db.get(Keys.entry(expected))) == null;
  }

  private List<Line> page(long from) {
    return database.read(
        db -> {
          var page = new ArrayList<Line>(PAGE);
          try (var entries = db.newIterator()) {
            entries.seek(Keys.entry(from));
            while (page.size() < PAGE && entries.isValid() && entries.key()[0] == Keys.ENTRY) {
              page.add(new Line(Keys.number(entries.key()), entries.value()));
              entries.next();
            }
            entries.status();
          }
          return page;
        });
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
