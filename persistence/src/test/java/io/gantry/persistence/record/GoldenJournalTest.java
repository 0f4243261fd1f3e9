package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.Event;
import io.gantry.persistence.record.RecordVerifier.Verdict;
import io.gantry.persistence.schema.AnyEvent;
import io.gantry.persistence.schema.Rendering;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The record of every release can be read by all later ones, for ever. {@code journal/VERSION/}
 * holds a record as that release wrote it (the files of the store) and {@code entries.txt}, what
 * that release read in it.
 *
 * <p>At a release, {@code GANTRY_GOLDEN=VERSION ./dev unit GoldenJournalTest} writes its own;
 * commit it, never change it.
 */
class GoldenJournalTest {
  private static final int SEEDS = 3;

  @TempDir Path directory;

  static Stream<Path> releases() throws IOException, URISyntaxException {
    var resource = GoldenJournalTest.class.getResource("/journal");
    assertThat(resource).isNotNull();
    return Files.list(Path.of(resource.toURI())).filter(Files::isDirectory);
  }

  @ParameterizedTest
  @MethodSource("releases")
  void aRecordOfThatReleaseReadsAsItDidThen(Path release) throws IOException {
    copy(release.resolve("store"), directory);
    try (var store = RecordStore.open(RecordSettings.in(directory))) {
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
      assertThat(lines(store)).isEqualTo(Files.readAllLines(release.resolve("entries.txt")));
      assertThat(store.living("")).isNotEmpty();
      for (var id : store.living("")) {
        var highest = store.database().read(db -> Entity.of(id, db)).highest();
        assertThat(History.page(store.database(), id, 1, (int) highest)).hasSize((int) highest);
      }
      Appends.now(store, "new", 1, "it can be written on");
      assertThat(RecordVerifier.verify(store)).isInstanceOf(Verdict.Intact.class);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "GANTRY_GOLDEN", matches = ".+")
  void writeTheRecordOfThisRelease() throws IOException {
    var release = Path.of("src/test/resources/journal", System.getenv("GANTRY_GOLDEN"));
    assertThat(release).as("a release's record is written once").doesNotExist();
    for (int seed = 1; seed <= SEEDS; seed++) {
      try (var store = RecordStore.open(RecordSettings.in(release.resolve("store")))) {
        append(store, seed);
        Files.write(release.resolve("entries.txt"), lines(store));
      }
    }
  }

  /**
   * Every type of event once, in an epoch of its own. The entities of the first seed come to their
   * end.
   */
  private static void append(RecordStore store, int seed) {
    Map<String, Long> highest = new TreeMap<>();
    for (var type : AnyEvent.types()) {
      var recorded = new AnyEvent(seed).recorded(type);
      if (recorded.event().endsEntity() && seed > 1) {
        continue;
      }
      var id = family(type) + "|" + seed;
      var draft = Write.Draft.of(recorded);
      long number = highest.merge(id, 1L, Long::sum);
      store
          .submit(new Write.Append(id, number, List.of(draft), new CompletableFuture<>()))
          .toCompletableFuture()
          .join();
    }
  }

  private static String family(Class<? extends Event> type) {
    return type.getInterfaces()[0].getSimpleName().replace("Event", "").toLowerCase(Locale.ROOT);
  }

  private static List<String> lines(RecordStore store) {
    var lines = new ArrayList<String>();
    while (lines.size() < store.last()) {
      for (var entry : store.page(lines.size(), 100)) {
        lines.add(
            "%d.%d %s %d %s"
                .formatted(
                    entry.epoch(),
                    entry.sequence(),
                    entry.persistenceId(),
                    entry.persistenceSequence(),
                    Rendering.of(entry.recorded())));
      }
    }
    return lines;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.list(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }
}
