package io.gantry.cluster.membership.lifecycle;

import io.gantry.persistence.event.HostEvent.HostChanged.Change;
import io.gantry.protocol.v1.HostPresence;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who is there, as this host sees it, and what has changed about it. */
public final class Presences {
  private Presences() {}

  /** {@code members}: who takes part; empty while this host does not. */
  public static Map<String, HostPresence> of(
      Set<String> roster, Set<String> members, Set<String> unreachable) {
    return roster.stream()
        .collect(
            Collectors.toUnmodifiableMap(
                id -> id,
                id ->
                    !members.contains(id)
                        ? HostPresence.HOST_PRESENCE_AWAY
                        : unreachable.contains(id)
                            ? HostPresence.HOST_PRESENCE_UNREACHABLE
                            : HostPresence.HOST_PRESENCE_UP));
  }

  /** What to record, by host. Who was not known before was away. */
  public static Map<String, Change> changes(
      Map<String, HostPresence> before, Map<String, HostPresence> now) {
    var changes = new TreeMap<String, Change>();
    now.forEach(
        (id, presence) -> {
          var old = before.getOrDefault(id, HostPresence.HOST_PRESENCE_AWAY);
          if (old != presence) {
            changes.put(id, change(old, presence));
          }
        });
    return changes;
  }

  private static Change change(HostPresence before, HostPresence now) {
    return switch (now) {
      case HOST_PRESENCE_UP ->
          before == HostPresence.HOST_PRESENCE_UNREACHABLE ? Change.REACHABLE : Change.UP;
      case HOST_PRESENCE_UNREACHABLE -> Change.UNREACHABLE;
      case HOST_PRESENCE_AWAY, HOST_PRESENCE_UNSPECIFIED, UNRECOGNIZED -> Change.AWAY;
    };
  }
}
