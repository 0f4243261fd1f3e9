package io.gantry.ops.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether records account for every container that ever ran: each that somebody was told of is
 * there, each has one life on one host from its beginning on, each start has its end or runs now,
 * and what runs now is exactly what the records say.
 */
public final class ContainersAudit {
  private static final String KIND = "container|";

  private ContainersAudit() {}

  /**
   * @param merged the records of all hosts, each in its order
   * @param alive what runs on all hosts after the last entry
   * @param promised ids that an agent has answered to who asked for a container
   */
  public static List<String> complaints(
      List<HostEntry> merged, Collection<Alive> alive, Set<String> promised) {
    var lives = lives(merged);
    var complaints = new ArrayList<String>();
    for (var id : promised) {
      if (!lives.containsKey(id)) {
        complaints.add("container %s: was promised and is in no record".formatted(id));
      }
    }
    for (var one : alive) {
      var life = lives.get(one.container());
      if (life == null) {
        complaints.add(
            "container %s: runs on %s and is in no record".formatted(one.container(), one.host()));
      } else {
        life.seen(one);
      }
    }
    lives.values().forEach(life -> complaints.addAll(life.ended()));
    return complaints;
  }

  /** By container. */
  static Map<String, ContainerLife> lives(List<HostEntry> merged) {
    var lives = new TreeMap<String, ContainerLife>();
    for (var entry : merged) {
      var id = entry.entry().getPersistenceId();
      if (id.startsWith(KIND)) {
        lives
            .computeIfAbsent(
                id.substring(KIND.length()), name -> new ContainerLife(name, entry.host()))
            .next(entry);
      }
    }
    return lives;
  }
}
