package io.gantry.agent.docker;

import akka.util.ByteString;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.LogBatch;
import io.gantry.agent.docker.json.Times;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Log lines as GET /containers/ID/logs sends them: raw of a terminal, else each in a frame. */
final class LogEncoder implements LogBatch.Visitor {
  private static final int HEADER = 8;
  private static final int TIME = "2006-01-02T15:04:05.000000000Z ".length();
  private static final int NANOS_END = TIME - 3;
  private static final int NANO_DIGITS = 9;

  private final boolean framed;
  private final boolean timestamps;
  private final byte[] details;
  private final byte[] out;
  private int at;
  private long second = Long.MIN_VALUE;
  private byte[] stamp = new byte[TIME];

  private LogEncoder(boolean framed, boolean timestamps, byte[] details, int size) {
    this.framed = framed;
    this.timestamps = timestamps;
    this.details = details;
    this.out = new byte[size];
  }

  /**
   * @param details before each line what the log driver was told to keep with it, which is nothing
   *     here, and a space
   */
  static ByteString encode(LogBatch batch, boolean tty, boolean timestamps, boolean details) {
    return encode(batch, tty, timestamps, details ? " " : "");
  }

  /**
   * @param details before each line, behind its time
   */
  static ByteString encode(LogBatch batch, boolean tty, boolean timestamps, String details) {
    var detail = details.getBytes(StandardCharsets.UTF_8);
    var each = (tty ? 0 : HEADER) + (timestamps ? TIME : 0) + detail.length;
    var encoder = new LogEncoder(!tty, timestamps, detail, batch.length() + batch.size() * each);
    batch.forEach(encoder);
    return ByteString.fromArrayUnsafe(encoder.out);
  }

  @Override
  public void line(
      Stream stream, long epochSecond, int nano, byte[] bytes, int offset, int length) {
    if (framed) {
      header(stream, length + (timestamps ? TIME : 0) + details.length);
    }
    if (timestamps) {
      stamp(epochSecond, nano);
    }
    System.arraycopy(details, 0, out, at, details.length);
    at += details.length;
    System.arraycopy(bytes, offset, out, at, length);
    at += length;
  }

  private void header(Stream stream, int size) {
    out[at] =
        switch (stream) {
          case STDOUT -> 1;
          case STDERR -> 2;
        };
    out[at + 4] = (byte) (size >>> 24);
    out[at + 5] = (byte) (size >>> 16);
    out[at + 6] = (byte) (size >>> 8);
    out[at + 7] = (byte) size;
    at += HEADER;
  }

  /** Lines of one second share all but the digits of its fraction. */
  private void stamp(long epochSecond, int nano) {
    if (epochSecond != second) {
      second = epochSecond;
      var text = Times.rfc3339Padded(Instant.ofEpochSecond(epochSecond)) + " ";
      stamp = text.getBytes(StandardCharsets.US_ASCII);
    }
    var rest = nano;
    for (var digit = 0; digit < NANO_DIGITS; digit++) {
      stamp[NANOS_END - digit] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    System.arraycopy(stamp, 0, out, at, TIME);
    at += TIME;
  }
}
