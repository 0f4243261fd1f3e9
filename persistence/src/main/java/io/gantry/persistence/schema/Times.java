package io.gantry.persistence.schema;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.JournalEntry;
import java.time.Instant;

/** Times in both forms. */
final class Times {
  private Times() {}

  /** The {@code at} that every event has. */
  static Instant at(boolean present, Timestamp at, JournalEntry entry) {
    if (!present) {
      throw EventSchema.without("time", entry);
    }
    return Moments.instant(at);
  }

  static Duration duration(java.time.Duration length) {
    // Protobuf wants both parts to have the same sign; Java's nanoseconds are never negative.
    long seconds = length.getSeconds();
    int nanos = length.getNano();
    boolean borrow = seconds < 0 && nanos > 0;
    return Duration.newBuilder()
        .setSeconds(borrow ? seconds + 1 : seconds)
        .setNanos(borrow ? nanos - 1_000_000_000 : nanos)
        .build();
  }

  static java.time.Duration duration(Duration length) {
    return java.time.Duration.ofSeconds(length.getSeconds(), length.getNanos());
  }
}
