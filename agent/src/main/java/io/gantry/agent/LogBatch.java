package io.gantry.agent;

import akka.util.ByteString;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.Stream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many lines of a container's log in one element, in the order in which they were written. For
 * whoever moves much: lines are ranges of one array, and nothing is allocated for each.
 */
public final class LogBatch {
  private final byte[] bytes;
  private final int[] ends;
  private final long[] seconds;
  private final int[] nanos;
  private final boolean[] errors;
  private final int count;

  private LogBatch(Builder from) {
    // Trimmed, because a batch may wait in a buffer for long.
    this.bytes = Arrays.copyOf(from.bytes, from.length);
    this.ends = from.ends;
    this.seconds = from.seconds;
    this.nanos = from.nanos;
    this.errors = from.errors;
    this.count = from.count;
  }

  public static LogBatch of(LogLine line) {
    var bytes = line.data().toArrayUnsafe();
    var builder = new Builder(bytes.length);
    builder.add(
        line.stream(), line.time().getEpochSecond(), line.time().getNano(), bytes, 0, bytes.length);
    return builder.build();
  }

  public int size() {
    return count;
  }

  /** All bytes of all lines. */
  public int length() {
    return bytes.length;
  }

  /** The bytes are the batch's own: read, never written. */
  public interface Visitor {
    void line(Stream stream, long epochSecond, int nano, byte[] bytes, int offset, int length);
  }

  public void forEach(Visitor visitor) {
    var start = 0;
    for (var i = 0; i < count; i++) {
      visitor.line(
          errors[i] ? Stream.STDERR : Stream.STDOUT,
          seconds[i],
          nanos[i],
          bytes,
          start,
          ends[i] - start);
      start = ends[i];
    }
  }

  public List<LogLine> lines() {
    var lines = new ArrayList<LogLine>(count);
    var all = ByteString.fromArrayUnsafe(bytes);
    forEach(
        (stream, second, nano, array, offset, length) ->
            lines.add(
                new LogLine(
                    stream,
                    Instant.ofEpochSecond(second, nano),
                    all.slice(offset, offset + length))));
    return lines;
  }

  /** Collects lines. Used once. */
  public static final class Builder {
    private static final int FIRST_LINES = 256;

    private byte[] bytes;
    private int length;
    private int[] ends = new int[FIRST_LINES];
    private long[] seconds = new long[FIRST_LINES];
    private int[] nanos = new int[FIRST_LINES];
    private boolean[] errors = new boolean[FIRST_LINES];
    private int count;

    public Builder(int expectedBytes) {
      bytes = new byte[expectedBytes];
    }

    public boolean isEmpty() {
      return count == 0;
    }

    public void add(
        Stream stream, long epochSecond, int nano, byte[] from, int offset, int length_) {
      append(from, offset, length_);
      end(stream, epochSecond, nano);
    }

    /** More of the line that {@link #end} will end. */
    public void append(byte[] from, int offset, int length_) {
      if (length + length_ > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + length_, 2 * bytes.length));
      }
      System.arraycopy(from, offset, bytes, length, length_);
      length += length_;
    }

    public void end(Stream stream, long epochSecond, int nano) {
      if (count == ends.length) {
        grow();
      }
      ends[count] = length;
      seconds[count] = epochSecond;
      nanos[count] = nano;
      errors[count] = stream == Stream.STDERR;
      count++;
    }

    private void grow() {
      var more = 4 * ends.length;
      ends = Arrays.copyOf(ends, more);
      seconds = Arrays.copyOf(seconds, more);
      nanos = Arrays.copyOf(nanos, more);
      errors = Arrays.copyOf(errors, more);
    }

    public LogBatch build() {
      return new LogBatch(this);
    }
  }
}
