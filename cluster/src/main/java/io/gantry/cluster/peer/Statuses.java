package io.gantry.cluster.peer;

import akka.cluster.ddata.Key;
import akka.cluster.ddata.LWWMap;
import akka.cluster.ddata.LWWMapKey;
import akka.cluster.ddata.SelfUniqueAddress;
import akka.cluster.ddata.typed.javadsl.Replicator;
import io.gantry.protocol.v1.PeerMessage;
import io.gantry.protocol.v1.TaskStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What hosts say of their replicas, by task id, on {@link #SHELVES} maps. Each entry is written by
 * the host that it is of alone.
 */
final class Statuses {
  static final int SHELVES = 8;
  private static final String PREFIX = "replicas/";

  private Statuses() {}

  static Key<LWWMap<String, PeerMessage>> key(int shelf) {
    return LWWMapKey.create(PREFIX + shelf);
  }

  private static int shelf(String taskId) {
    return Math.floorMod(taskId.hashCode(), SHELVES);
  }

  /** What belongs on a shelf of what a host says. */
  static Map<String, TaskStatus> on(int shelf, String hostId, Map<String, TaskStatus> all) {
    return all.entrySet().stream()
        .filter(one -> shelf(one.getKey()) == shelf && one.getValue().getHostId().equals(hostId))
        .collect(Collectors.toMap(Entry::getKey, Entry::getValue));
  }

  /** The map with what a host says now, and nothing touched that is so already. */
  static LWWMap<String, PeerMessage> aligned(
      SelfUniqueAddress self,
      LWWMap<String, PeerMessage> map,
      int shelf,
      String hostId,
      Map<String, TaskStatus> said) {
    var wanted = new TreeMap<>(on(shelf, hostId, said));
    var known = new TreeMap<>(on(shelf, hostId, read(map)));
    var all = map;
    for (var one : wanted.entrySet()) {
      if (!one.getValue().equals(known.get(one.getKey()))) {
        var message =
            PeerMessage.newBuilder().setProtocol(Protocol.CURRENT).setTask(one.getValue());
        all = all.put(self, one.getKey(), message.build());
      }
    }
    known.keySet().removeAll(wanted.keySet());
    for (var gone : known.keySet()) {
      all = all.remove(self, gone);
    }
    return all;
  }

  private static Map<String, TaskStatus> read(LWWMap<String, PeerMessage> map) {
    var statuses = new HashMap<String, TaskStatus>();
    map.getEntries()
        .forEach(
            (id, message) -> {
              if (message.hasTask()) {
                statuses.put(id, message.getTask());
              }
            });
    return statuses;
  }

  /** All, with one shelf as it is now. */
  static Map<String, TaskStatus> with(
      Map<String, TaskStatus> known, Replicator.Changed<LWWMap<String, PeerMessage>> changed) {
    var shelf = Integer.parseInt(changed.key().id().substring(PREFIX.length()));
    var all = new HashMap<>(known);
    all.keySet().removeIf(id -> shelf(id) == shelf);
    all.putAll(read(changed.get(key(shelf))));
    return Map.copyOf(all);
  }
}
