package io.gantry.protocol;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** A moment in the two forms that it has: Java's and protobuf's. Both hold whole nanoseconds. */
public final class Moments {
  private Moments() {}

  public static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }

  /**
   * Fails with a {@link java.time.DateTimeException} for seconds that Java cannot hold: what comes
   * from a client is checked at the edge.
   */
  public static Instant instant(Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }
}
