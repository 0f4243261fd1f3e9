package io.gantry.persistence.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.persistence.record.RecordVerifier.Verdict;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power cut, and what a failing disk, leave of the newest part of the record. */
class DamagedLogTest {
  private static final int ENTRIES = 40;

  @TempDir Path directory;
  private Path original;

  @BeforeEach
  void write() throws IOException {
    original = directory.resolve("original");
    try (var store = RecordStore.open(RecordSettings.in(original))) {
      for (int i = 1; i <= ENTRIES; i++) {
        Appends.now(store, "a", i, "word " + i);
      }
    }
  }

  @Test
  void wherePowerWasCutTheRecordEndsWithTheLastWholeEntry() throws IOException {
    long size = Files.size(log(original));
    long before = -1;
    for (long cut = 0; cut <= size; cut += size / 60) {
      var copy = copy("cut-" + cut);
      try (var log = FileChannel.open(log(copy), StandardOpenOption.WRITE)) {
        log.truncate(cut);
      }
      try (var store = RecordStore.open(RecordSettings.in(copy))) {
        assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
        assertThat(store.last()).isBetween(Math.max(0, before), (long) ENTRIES);
        before = store.last();
        Appends.now(store, "a", store.last() + 1, "it goes on");
      }
    }
    assertThat(before).isGreaterThanOrEqualTo(ENTRIES - 1);
  }

  @Test
  void damageBeforeTheLastEntryIsRefusedLoudly() throws IOException {
    var copy = copy("damaged");
    byte[] bytes = Files.readAllBytes(log(copy));
    // Within what is kept, not in a length: a record that seems to go past the end of the file is a
    // cut one.
    int middle = new String(bytes, ISO_8859_1).indexOf("word " + ENTRIES / 2);
    bytes[middle] ^= 0x40;
    Files.write(log(copy), bytes);
    assertThatThrownBy(() -> RecordStore.open(RecordSettings.in(copy)))
        .isInstanceOf(RecordUnavailableException.class)
        .hasMessageContaining("cannot open the record in " + copy)
        .hasMessageContaining("Corruption");
  }

  private Path copy(String name) throws IOException {
    var copy = Files.createDirectory(directory.resolve(name));
    try (var files = Files.list(original)) {
      for (var file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static Path log(Path store) throws IOException {
    try (var files = Files.list(store)) {
      return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }
}
