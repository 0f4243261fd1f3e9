package io.gantry.agent.container.log;

import static io.gantry.agent.container.log.LogLines.NOON;
import static io.gantry.agent.container.log.LogLines.everything;
import static io.gantry.agent.container.log.LogLines.full;
import static io.gantry.agent.container.log.LogLines.physical;
import static io.gantry.agent.container.log.LogLines.query;
import static io.gantry.agent.container.log.LogLines.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCursorTest {
  @TempDir Path directory;
  private Path log;

  @BeforeEach
  void name() {
    log = directory.resolve("container.log");
  }

  @Test
  void bothStreamsComeInTheOrderTheyWereWritten() throws IOException {
    Files.writeString(log, full(0, "a") + physical(1, Stream.STDERR, 'F', "b") + full(2, ""));
    assertThat(read(log, everything())).containsExactly("a\n", "E:b\n", "\n");
  }

  @Test
  void timesKeepTheirNanosecondsAndTheirOffset() throws IOException {
    Files.writeString(log, "2026-11-21T14:00:00.000000001+02:00 stdout F a\n");
    try (var cursor = new LogCursor(new LogFiles(log), everything())) {
      var line = cursor.next().orElseThrow().lines().getFirst();
      assertThat(line.time()).isEqualTo(NOON.plusNanos(1));
    }
  }

  @Test
  void oneStreamOnlyIfOnlyOneIsWanted() throws IOException {
    Files.writeString(log, full(0, "a") + physical(1, Stream.STDERR, 'F', "b"));
    var errors =
        new LogQuery(false, true, false, Optional.empty(), Optional.empty(), OptionalInt.empty());
    assertThat(read(log, errors)).containsExactly("E:b\n");
  }

  @Test
  void piecesOfALineAreJoinedEachStreamForItself() throws IOException {
    Files.writeString(
        log,
        physical(0, Stream.STDOUT, 'P', "on")
            + physical(0, Stream.STDERR, 'P', "er")
            + full(1, "e")
            + physical(1, Stream.STDERR, 'F', "r"));
    assertThat(read(log, everything())).containsExactly("one\n", "E:err\n");
  }

  @Test
  void anUnfinishedLineComesWithoutANewlineAtTheEnd() throws IOException {
    Files.writeString(log, full(0, "a") + physical(1, Stream.STDOUT, 'P', "$ "));
    assertThat(read(log, everything())).containsExactly("a\n", "$ ");
  }

  @Test
  void aLineWithoutEndComesInPiecesOfBoundedSize() throws IOException {
    var piece = physical(0, Stream.STDOUT, 'P', "x".repeat(8000));
    Files.writeString(log, piece.repeat(100) + full(1, "end"));
    var lines = read(log, everything());
    assertThat(String.join("", lines)).isEqualTo("x".repeat(800_000) + "end\n");
    assertThat(lines).allMatch(line -> line.length() <= LineParser.LONGEST_JOINED + 8000);
  }

  @Test
  void sinceAndUntilBoundTheTimes() throws IOException {
    Files.writeString(log, full(0, "a") + full(1, "b") + full(2, "c") + full(3, "d"));
    var middle =
        new LogQuery(
            true,
            true,
            false,
            Optional.of(NOON.plusSeconds(1)),
            Optional.of(NOON.plusSeconds(2).plusMillis(1)),
            OptionalInt.empty());
    assertThat(read(log, middle)).containsExactly("b\n", "c\n");
  }

  @Test
  void theTailCountsWholeLines() throws IOException {
    Files.writeString(
        log, full(0, "a") + physical(1, Stream.STDOUT, 'P', "b") + full(1, "b") + full(2, "c"));
    assertThat(read(log, query(OptionalInt.of(0)))).isEmpty();
    assertThat(read(log, query(OptionalInt.of(1)))).containsExactly("c\n");
    assertThat(read(log, query(OptionalInt.of(2)))).containsExactly("bb\n", "c\n");
    assertThat(read(log, query(OptionalInt.of(9)))).containsExactly("a\n", "bb\n", "c\n");
  }

  @Test
  void rotatedFilesAreReadOldestFirstAndTheTailReachesIntoThem() throws IOException {
    Files.writeString(directory.resolve("container.log.2"), full(0, "a") + full(1, "b"));
    Files.writeString(directory.resolve("container.log.1"), full(2, "c"));
    Files.writeString(log, full(3, "d"));
    assertThat(read(log, everything())).containsExactly("a\n", "b\n", "c\n", "d\n");
    assertThat(read(log, query(OptionalInt.of(3)))).containsExactly("b\n", "c\n", "d\n");
    assertThat(read(log, query(OptionalInt.of(1)))).containsExactly("d\n");
  }

  @Test
  void aLineThatIsNoneLeavesAMarkerAndTheRestIsRead() throws IOException {
    Files.writeString(log, full(0, "a") + "\u0000\u0000garbage\n" + full(1, "b"));
    assertThat(read(log, everything()))
        .containsExactly("a\n", "E:[unreadable log line of 9 bytes: ??garbage]\n", "b\n");
  }

  @Test
  void aHugeLineThatIsNoneIsPassedOver() throws IOException {
    Files.writeString(log, "x".repeat(3 * LogCursor.LONGEST_LINE) + "\n" + full(1, "b"));
    assertThat(read(log, everything())).hasSize(2).last().isEqualTo("b\n");
  }

  @Test
  void noFileIsNoLine() throws IOException {
    assertThat(read(log, everything())).isEmpty();
    assertThat(read(log, query(OptionalInt.of(5)))).isEmpty();
  }

  @Test
  void moreComesWhenMoreIsWrittenAlsoBehindARotation() throws IOException {
    Files.writeString(log, full(0, "a"));
    try (var cursor = new LogCursor(new LogFiles(log), everything())) {
      assertThat(LogLines.texts(cursor.next().orElseThrow())).containsExactly("a\n");
      assertThat(cursor.next()).isEmpty();
      Files.writeString(log, full(1, "b"), java.nio.file.StandardOpenOption.APPEND);
      Files.move(log, directory.resolve("container.log.1"));
      Files.writeString(log, full(2, "c"));
      assertThat(LogLines.texts(cursor.next().orElseThrow())).containsExactly("b\n");
      assertThat(LogLines.texts(cursor.next().orElseThrow())).containsExactly("c\n");
      assertThat(cursor.next()).isEmpty();
    }
  }

  @Test
  void severalRotationsSinceTheLastReadHideNothing() throws IOException {
    Files.writeString(log, full(0, "a"));
    try (var cursor = new LogCursor(new LogFiles(log), everything())) {
      assertThat(LogLines.texts(cursor.next().orElseThrow())).containsExactly("a\n");
      assertThat(cursor.next()).isEmpty();
      Files.move(log, directory.resolve("container.log.3"));
      Files.writeString(directory.resolve("container.log.2"), full(1, "b"));
      Files.writeString(directory.resolve("container.log.1"), full(2, "c"));
      Files.writeString(log, full(3, "d"));
      assertThat(rest(cursor)).containsExactly("b\n", "c\n", "d\n");
    }
  }

  @Test
  void whatWasRotatedAwayBeforeItWasReadLeavesAMarker() throws IOException {
    Files.writeString(log, full(0, "a"));
    try (var cursor = new LogCursor(new LogFiles(log), everything())) {
      assertThat(LogLines.texts(cursor.next().orElseThrow())).containsExactly("a\n");
      assertThat(cursor.next()).isEmpty();
      // Made first, so that it cannot be given the identity of the one that goes.
      var next = directory.resolve("next");
      Files.writeString(next, full(7, "h"));
      Files.move(next, log, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThat(rest(cursor)).containsExactly("E:" + LineParser.GAP, "h\n");
    }
  }

  private static List<String> rest(LogCursor cursor) throws IOException {
    var lines = new ArrayList<String>();
    for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
      lines.addAll(LogLines.texts(batch.get()));
    }
    return lines;
  }
}
