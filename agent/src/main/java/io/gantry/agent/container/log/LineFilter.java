package io.gantry.agent.container.log;

import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.Stream;
import java.time.Instant;

/** Which lines a query wants. Lines are in the order of their times but for clock changes. */
final class LineFilter {
  private final boolean stdout;
  private final boolean stderr;
  private final Instant since;
  private final Instant until;
  private final boolean bounded;
  private boolean past;

  LineFilter(LogQuery query) {
    this.stdout = query.stdout();
    this.stderr = query.stderr();
    this.since = query.since().orElse(Instant.MIN);
    this.until = query.until().orElse(Instant.MAX);
    this.bounded = query.since().isPresent() || query.until().isPresent();
  }

  boolean wants(Stream stream, long second, int nano) {
    if (stream == Stream.STDERR ? !stderr : !stdout) {
      return false;
    }
    return !bounded || inTime(second, nano);
  }

  private boolean inTime(long second, int nano) {
    if (after(second, nano, until)) {
      past = true;
      return false;
    }
    return !before(second, nano, since);
  }

  private static boolean before(long second, int nano, Instant bound) {
    return second < bound.getEpochSecond()
        || second == bound.getEpochSecond() && nano < bound.getNano();
  }

  private static boolean after(long second, int nano, Instant bound) {
    return second > bound.getEpochSecond()
        || second == bound.getEpochSecond() && nano > bound.getNano();
  }

  /** A line later than wanted has been seen: the reading ends. */
  boolean past() {
    return past;
  }
}
