package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.persistence.record.RecordVerifier.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class RecordVerifierTest {
  private static final int ENTRIES = 1000;

  @TempDir Path directory;
  private RecordStore store;

  @BeforeEach
  void fill() {
    store = RecordStore.open(RecordSettings.in(directory));
    for (int i = 1; i <= ENTRIES; i += 10) {
      Appends.now(store, "a", i, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anUntouchedRecordIsIntact() {
    var newest = store.page(ENTRIES - 1, 1).getFirst();
    assertThat(RecordVerifier.verify(store))
        .isInstanceOfSatisfying(
            Verdict.Intact.class,
            intact -> {
              assertThat(intact.entries()).isEqualTo(ENTRIES);
              assertThat(intact.hash()).isEqualTo(newest.hash());
            });
  }

  @Test
  void aRecordCanBeVerifiedWhileItsAgentWritesItAndAfterwards() {
    assertThat(RecordVerifier.verify(directory)).isInstanceOf(Verdict.Intact.class);
    Appends.now(store, "a", ENTRIES + 1, "more");
    assertThat(RecordVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verdict.Intact.class, intact -> assertThat(intact.last()).isEqualTo(ENTRIES + 1));
    store.close();
    assertThat(RecordVerifier.verify(directory)).isInstanceOf(Verdict.Intact.class);
  }

  @Test
  void aChangedByteIsFound() {
    tamper(
        (batch, database) -> {
          byte[] value = value(database, 700);
          value[value.length - 3] ^= 1;
          batch.put(Keys.entry(700), value);
        });
    assertBroken(700, "entry 700 was changed: its hash is");
  }

  @Test
  void anEntryThatWasRewrittenWithItsHashIsFoundByItsSuccessor() {
    tamper(
        (batch, database) -> {
          byte[] bytes = Stored.of(value(database, 12)).bytes();
          // "9" becomes "8": a well-formed entry with a fitting hash of its own.
          bytes[bytes.length - 1 - lastIndexFromEnd(bytes, (byte) '1')] = '8';
          batch.put(Keys.entry(12), Stored.seal(bytes).value());
        });
    assertBroken(13, "entry 13 does not follow entry 12");
  }

  @Test
  void aMissingEntryIsFound() {
    tamper((batch, _) -> batch.delete(Keys.entry(500)));
    assertBroken(500, "entry 500 is missing: the next one there is 501");
  }

  @Test
  void anEntryInThePlaceOfAnotherIsFound() {
    tamper((batch, database) -> batch.put(Keys.entry(44), value(database, 43)));
    assertBroken(44, "entry 44 is not in its place: it says it is entry 43");
  }

  @Test
  void bytesThatAreNoEntryAreFound() {
    tamper((batch, _) -> batch.put(Keys.entry(3), new byte[] {1, 2, 3}));
    assertBroken(3, "entry 3 cannot be read: cannot read 3 bytes as an entry of the record");
  }

  @Test
  void anEntryThatItsEntityWouldNotFindIsFound() {
    tamper((batch, _) -> batch.delete(Keys.index("volume|a", 77)));
    assertBroken(77, "entry 77 is not found as event 77 of volume|a");
  }

  @Test
  void aDirectoryWithoutARecordIsNotIntact(@TempDir Path empty) {
    assertThatThrownBy(() -> RecordVerifier.verify(empty))
        .isInstanceOf(RecordUnavailableException.class)
        .hasMessage("there is no record in " + empty);
  }

  private void assertBroken(long sequence, String reason) {
    assertThat(RecordVerifier.verify(store))
        .isInstanceOfSatisfying(
            Verdict.Broken.class,
            broken -> {
              assertThat(broken.reason()).startsWith(reason);
              assertThat(broken.sequence()).isEqualTo(sequence);
            });
  }

  private static byte[] value(Database database, long sequence) {
    return database.read(db -> db.get(Keys.entry(sequence)));
  }

  private static int lastIndexFromEnd(byte[] bytes, byte wanted) {
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] == wanted) {
        return bytes.length - 1 - i;
      }
    }
    throw new AssertionError("not found");
  }

  private void tamper(Write.Edit edit) {
    try (var batch = new WriteBatch()) {
      edit.into(batch, store.database());
      store.database().write(batch);
    } catch (RocksDBException failure) {
      throw new AssertionError(failure);
    }
  }
}
