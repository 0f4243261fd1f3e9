package io.gantry.agent.container;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Between the two ways of writing a moment. */
final class Times {
  private Times() {}

  static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }

  static Instant instant(Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }
}
