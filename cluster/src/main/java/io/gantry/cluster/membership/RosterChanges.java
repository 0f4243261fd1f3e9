package io.gantry.cluster.membership;

import io.gantry.cluster.membership.lifecycle.Roster;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.HostEvent.HostChanged.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What to record when the cluster has agreed on something new. */
final class RosterChanges {
  private RosterChanges() {}

  static List<HostEvent> between(Roster before, Roster now, Instant at) {
    var events = new ArrayList<HostEvent>();
    before
        .hosts()
        .forEach(
            (id, host) -> {
              if (!now.hosts().containsKey(id)) {
                events.add(new HostEvent.HostChanged(id, host.getName(), Change.FORGOTTEN, at));
              }
            });
    now.hosts()
        .forEach(
            (id, host) -> {
              if (before.drained().contains(id) != now.drained().contains(id)) {
                var change = now.drained().contains(id) ? Change.DRAINED : Change.UNDRAINED;
                events.add(new HostEvent.HostChanged(id, host.getName(), change, at));
              }
            });
    if (!before.secret().equals(now.secret())) {
      events.add(new HostEvent.TokenRotated(at));
    }
    return events;
  }
}
