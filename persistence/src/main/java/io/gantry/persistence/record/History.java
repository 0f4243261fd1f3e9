package io.gantry.persistence.record;

import io.gantry.persistence.schema.UnreadableEntryException;
import java.util.ArrayList;
import java.util.List;

/** The events of one entity. */
final class History {
  private History() {}

  /**
   * Exactly {@code count} events from number {@code from} on. Blocks.
   *
   * @throws UnreadableEntryException when one is missing or cannot be read
   */
  static List<Entry> page(Database database, String persistenceId, long from, int count) {
    return database.read(
        db -> {
          var keys = new ArrayList<byte[]>(count);
          byte[] first = Keys.index(persistenceId, from);
          try (var index = db.newIterator()) {
            for (index.seek(first);
                keys.size() < count && index.isValid() && Keys.sameButNumber(index.key(), first);
                index.next()) {
              keys.add(Keys.entry(Keys.number(index.value())));
            }
            index.status();
          }
          var values = keys.isEmpty() ? List.<byte[]>of() : db.multiGetAsList(keys);
          var entries = new ArrayList<Entry>(count);
          for (int i = 0; i < count; i++) {
            byte[] value = i < values.size() ? values.get(i) : null;
            if (value == null) {
              throw new UnreadableEntryException(
                  "event %d of %s is not in the record".formatted(from + i, persistenceId));
            }
            var entry = Stored.of(value).entry();
            if (entry.persistenceSequence() != from + i
                || !entry.persistenceId().equals(persistenceId)) {
              throw new UnreadableEntryException(
                  "event %d of %s is not in the record: entry %d is event %d of %s"
                      .formatted(
                          from + i,
                          persistenceId,
                          entry.sequence(),
                          entry.persistenceSequence(),
                          entry.persistenceId()));
            }
            entries.add(entry);
          }
          return entries;
        });
  }
}
