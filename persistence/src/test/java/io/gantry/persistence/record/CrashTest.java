package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.record.RecordVerifier.Verdict;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent dies at once, without a word, while it writes. */
class CrashTest {
  private static final int ROUNDS = 3;
  private static final int WRITERS = 8;

  @TempDir Path directory;
  @TempDir Path library;

  @Test
  void nothingThatWasAcknowledgedIsLost() throws Exception {
    var acknowledged = new ArrayList<String>();
    for (int round = 1; round <= ROUNDS; round++) {
      acknowledged.addAll(writeAndDie(400 * round));
      try (var store = RecordStore.open(RecordSettings.in(directory))) {
        assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
        var entries = entries(store);
        assertThat(entries.stream().map(CrashTest::line).toList()).containsAll(acknowledged);
        assertThat(entries.getLast().epoch()).isEqualTo(round);
        assertThat(entries.getLast().sequence()).isEqualTo(entries.size());
      }
    }
  }

  private List<String> writeAndDie(int lines) throws Exception {
    var builder = new ProcessBuilder(Scribe.command(directory, WRITERS, 1_000_000));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    // Where RocksDB unpacks its native library: who is killed cannot delete it.
    builder.environment().put("ROCKSDB_SHAREDLIB_DIR", library.toString());
    var process = builder.start();
    var read = new ArrayList<String>();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      while (read.size() < lines) {
        var line = out.readLine();
        assertThat(line).as("the writer ended early, after %d lines", read.size()).isNotNull();
        read.add(line);
      }
      // SIGKILL. What it wrote to the pipe before counts as acknowledged, but for a torn last line.
      process.toHandle().destroyForcibly();
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        read.add(line);
      }
    }
    process.waitFor();
    read.removeLast();
    return read;
  }

  private static List<Entry> entries(RecordStore store) {
    var entries = new ArrayList<Entry>();
    while (entries.size() < store.last()) {
      entries.addAll(store.page(entries.size(), 1000));
    }
    return entries;
  }

  private static String line(Entry entry) {
    return entry.recorded().subject().name() + " " + Appends.word(entry);
  }
}
