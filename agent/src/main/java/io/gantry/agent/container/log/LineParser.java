package io.gantry.agent.container.log;

import io.gantry.agent.Containers.Stream;
import io.gantry.agent.LogBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines of a log file ("TIME stdout|stderr F|P TEXT") into a batch. Pieces (P) of one line are
 * joined up to 64 KiB; what is longer comes in pieces without a newline. A line that is none of
 * ours becomes a visible marker on stderr, with its first bytes.
 */
final class LineParser {
  static final int LONGEST_JOINED = 64 * 1024;
  private static final int SHOWN = 120;
  static final String GAP = "[log lines were dropped: the log was rotated before they were read]\n";
  private static final byte[] STDOUT = " stdout ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STDERR = " stderr ".getBytes(StandardCharsets.US_ASCII);

  private final LogTime time = new LogTime();
  private final LineFilter filter;
  private final Pending stdout = new Pending();
  private final Pending stderr = new Pending();

  /** Pieces of a line whose end has not come yet. */
  private static final class Pending {
    byte[] bytes = new byte[0];
    int length;
    long second;
    int nano;

    void add(byte[] from, int offset, int count, LogTime time) {
      if (length == 0) {
        second = time.second();
        nano = time.nano();
      }
      if (length + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
      }
      System.arraycopy(from, offset, bytes, length, count);
      length += count;
    }
  }

  LineParser(LineFilter filter) {
    this.filter = filter;
  }

  /**
   * Parses all whole lines and returns how many bytes they were. Stops early, with the rest not
   * parsed, when the filter says that nothing later can match.
   */
  int parse(byte[] bytes, int from, int to, LogBatch.Builder into) {
    var start = from;
    for (var end = newline(bytes, start, to); end >= 0; end = newline(bytes, start, to)) {
      line(bytes, start, end, into);
      start = end + 1;
      if (filter.past()) {
        break;
      }
    }
    return start - from;
  }

  static int newline(byte[] bytes, int from, int to) {
    for (var i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** {@code end}: where its newline is. */
  private void line(byte[] bytes, int start, int end, LogBatch.Builder into) {
    var at = time.parse(bytes, start, end);
    var error = at >= 0 && matches(bytes, at, end, STDERR);
    if (at < 0 || !error && !matches(bytes, at, end, STDOUT)) {
      unreadable(bytes, start, end, into);
      return;
    }
    var tag = at + STDOUT.length;
    // "P" and "F" may be followed by more tags, behind a colon (CRI log format).
    var text = tag < end ? space(bytes, tag, end) + 1 : 0;
    if (text <= 0 || bytes[tag] != 'F' && bytes[tag] != 'P') {
      unreadable(bytes, start, end, into);
      return;
    }
    var stream = error ? Stream.STDERR : Stream.STDOUT;
    if (filter.wants(stream, time.second(), time.nano())) {
      take(stream, bytes[tag] == 'P', bytes, text, end, into);
    }
  }

  private static int space(byte[] bytes, int from, int end) {
    for (var i = from; i < end; i++) {
      if (bytes[i] == ' ') {
        return i;
      }
    }
    return -1;
  }

  private static boolean matches(byte[] bytes, int at, int end, byte[] word) {
    return at + word.length <= end
        && Arrays.equals(bytes, at, at + word.length, word, 0, word.length);
  }

  private void take(
      Stream stream, boolean piece, byte[] bytes, int text, int end, LogBatch.Builder into) {
    var pending = stream == Stream.STDERR ? stderr : stdout;
    if (piece) {
      pending.add(bytes, text, end - text, time);
      if (pending.length >= LONGEST_JOINED) {
        flush(stream, pending, into);
      }
      return;
    }
    if (pending.length == 0) {
      // With its newline, which the file has there too.
      into.add(stream, time.second(), time.nano(), bytes, text, end - text + 1);
      return;
    }
    into.append(pending.bytes, 0, pending.length);
    into.append(bytes, text, end - text + 1);
    into.end(stream, pending.second, pending.nano);
    pending.length = 0;
  }

  /** What is left of lines that were never ended, when nothing more will come. */
  void finish(LogBatch.Builder into) {
    flush(Stream.STDOUT, stdout, into);
    flush(Stream.STDERR, stderr, into);
  }

  private static void flush(Stream stream, Pending pending, LogBatch.Builder into) {
    if (pending.length > 0) {
      into.add(stream, pending.second, pending.nano, pending.bytes, 0, pending.length);
      pending.length = 0;
    }
  }

  /** Between this and what comes next there were lines that are not there any more. */
  void gap(LogBatch.Builder into) {
    var marker = GAP.getBytes(StandardCharsets.US_ASCII);
    if (filter.wants(Stream.STDERR, time.second(), time.nano())) {
      into.add(Stream.STDERR, time.second(), time.nano(), marker, 0, marker.length);
    }
  }

  void unreadable(byte[] bytes, int start, int end, LogBatch.Builder into) {
    if (start == end) {
      return;
    }
    var shown =
        new String(bytes, start, Math.min(SHOWN, end - start), StandardCharsets.ISO_8859_1)
            .replaceAll("[^ -~]", "?");
    var marker =
        "[unreadable log line of %d bytes: %s]\n"
            .formatted(end - start, shown)
            .getBytes(StandardCharsets.US_ASCII);
    if (filter.wants(Stream.STDERR, time.second(), time.nano())) {
      into.add(Stream.STDERR, time.second(), time.nano(), marker, 0, marker.length);
    }
  }
}
