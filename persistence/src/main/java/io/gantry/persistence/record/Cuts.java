package io.gantry.persistence.record;

import io.gantry.persistence.schema.EventSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Range;
import org.rocksdb.RocksDB;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;

/** What retention asks of the database. */
final class Cuts {
  /** Entries before this one may be missing. */
  static final byte[] PLANNED = Keys.meta("retention-planned");

  /** Entries before this one have been looked at. */
  static final byte[] DONE = Keys.meta("retention-done");

  private Cuts() {}

  static long planned(Database database) {
    return database.read(db -> marked(db.get(PLANNED)));
  }

  static long done(Database database) {
    return database.read(db -> marked(db.get(DONE)));
  }

  private static long marked(byte @Nullable [] value) {
    return value == null ? 1 : Keys.number(value);
  }

  /** Bytes that the entries from {@code sequence} on take, roughly. */
  static long size(Database database, long sequence) {
    return database.read(
        db -> {
          try (var start = new Slice(Keys.entry(sequence));
              var end = new Slice(Keys.entry(Long.MAX_VALUE))) {
            return db.getApproximateSizes(
                    List.of(new Range(start, end)),
                    SizeApproximationFlag.INCLUDE_FILES,
                    SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
          }
        });
  }

  /**
   * Whose entries there are.
   *
   * @param last sequence of the last one looked at
   */
  record Owners(Set<String> ids, long last) {}

  /** Of at most {@code count} entries from {@code from} on and before {@code cut}. */
  static Owners owners(Database database, long from, long cut, int count) {
    return database.read(
        db -> {
          var ids = new LinkedHashSet<String>();
          long last = from - 1;
          try (var entries = db.newIterator()) {
            entries.seek(Keys.entry(from));
            for (int i = 0; i < count && entries.isValid(); i++) {
              if (entries.key()[0] != Keys.ENTRY || Keys.number(entries.key()) >= cut) {
                break;
              }
              last = Keys.number(entries.key());
              ids.add(EventSchema.parse(Stored.of(entries.value()).bytes()).getPersistenceId());
              entries.next();
            }
            entries.status();
          }
          return new Owners(ids, last);
        });
  }

  /** One event of an entity: its number there, and its place in the record. */
  record Line(long sequenceNr, long sequence) {}

  /** The first events of an entity that it is not rebuilt from and that lie before {@code cut}. */
  static List<Line> lines(Database database, String id, Entity entity, long cut, int count) {
    long limit = entity.lives() ? entity.deletedTo() : entity.highest();
    return database.read(
        db -> {
          var lines = new ArrayList<Line>();
          byte[] first = Keys.index(id, 1);
          try (var index = db.newIterator()) {
            for (index.seek(first);
                lines.size() < count && index.isValid() && Keys.sameButNumber(index.key(), first);
                index.next()) {
              var line = new Line(Keys.number(index.key()), Keys.number(index.value()));
              if (line.sequenceNr() > limit || line.sequence() >= cut) {
                break;
              }
              lines.add(line);
            }
            index.status();
          }
          return lines;
        });
  }

  /** Keys of all snapshots of an entity. */
  static List<byte[]> snapshots(Database database, String id) {
    return database.read(db -> snapshots(db, id));
  }

  private static List<byte[]> snapshots(RocksDB db, String id) {
    var keys = new ArrayList<byte[]>();
    byte[] first = Keys.snapshot(id, 0);
    try (var kept = db.newIterator()) {
      for (kept.seek(first); kept.isValid() && Keys.sameButNumber(kept.key(), first); kept.next()) {
        keys.add(kept.key());
      }
    }
    return keys;
  }
}
