package io.gantry.cluster.membership.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Who knocks without end fills no record: the same reason from the same host is recorded once in a
 * while, with how often it came in between. Not safe for several threads.
 */
public final class RefusalLimit {
  private static final Duration WHILE = Duration.ofMinutes(1);
  private static final int REMEMBERED = 500;

  private record Kind(String host, String reason) {}

  private record Seen(Instant recorded, int since) {}

  private final Map<Kind, Seen> seen = new LinkedHashMap<>();

  /**
   * How many went unrecorded before this one, which is to be recorded; empty: it is not.
   *
   * @param address HOST:PORT, of which the port does not matter
   */
  public OptionalInt record(String address, String reason, Instant now) {
    var kind = new Kind(address.replaceFirst(":\\d+$", ""), reason);
    var before = seen.remove(kind);
    if (before != null && now.isBefore(before.recorded().plus(WHILE))) {
      seen.put(kind, new Seen(before.recorded(), before.since() + 1));
      return OptionalInt.empty();
    }
    seen.put(kind, new Seen(now, 0));
    if (seen.size() > REMEMBERED) {
      seen.remove(seen.keySet().iterator().next());
    }
    return OptionalInt.of(before == null ? 0 : before.since());
  }
}
