package io.gantry.cluster.peer;

import akka.cluster.ddata.Key;
import akka.cluster.ddata.LWWMap;
import akka.cluster.ddata.LWWMapKey;
import akka.cluster.ddata.SelfUniqueAddress;
import io.gantry.protocol.v1.ContainerPlace;
import io.gantry.protocol.v1.PeerMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which containers a host has, as the hosts of a cluster tell each other: {@link #SHELVES} maps for
 * each host, that only this host writes, each small enough for one message. A change travels as the
 * entry that changed; what a host does not know at all as a whole shelf. Few shelves, for each of
 * them costs every host a digest of it, again and again; always as many, for what hosts say at rest
 * does not depend on their containers then.
 */
final class Places {
  static final int SHELVES = 4;

  /** More are not told of; who looks for one of them asks the host. */
  static final int PER_SHELF = 4096;

  /** A shelf of names of this length fits into a message. Longer ones are not told of. */
  private static final int LONGEST_NAME = 128;

  private static final int HEX = 16;
  private static final String PREFIX = "places/";

  private Places() {}

  static Key<LWWMap<String, PeerMessage>> key(String hostId, int shelf) {
    return LWWMapKey.create(PREFIX + hostId + "/" + Integer.toHexString(shelf));
  }

  /** The host of a shelf; empty: the key is of something else. */
  static Optional<String> host(Key<?> key) {
    return key.id().startsWith(PREFIX)
        ? Optional.of(key.id().substring(PREFIX.length(), key.id().lastIndexOf('/')))
        : Optional.empty();
  }

  static int shelf(Key<?> key) {
    return Integer.parseInt(key.id().substring(key.id().lastIndexOf('/') + 1), HEX);
  }

  private static int shelf(String id) {
    var digit = id.isEmpty() ? -1 : Character.digit(id.charAt(0), HEX);
    return Math.max(digit, 0) % SHELVES;
  }

  /** What belongs on a shelf. */
  static Map<String, String> on(int shelf, Map<String, String> containers) {
    var some = new TreeMap<String, String>();
    containers.forEach(
        (id, name) -> {
          if (shelf(id) == shelf && name.length() <= LONGEST_NAME && some.size() < PER_SHELF) {
            some.put(id, name);
          }
        });
    return some;
  }

  /** The map with this content, and nothing touched that is so already. */
  static LWWMap<String, PeerMessage> aligned(
      SelfUniqueAddress self, LWWMap<String, PeerMessage> map, Map<String, String> wanted) {
    var known = names(map);
    var all = map;
    for (var entry : wanted.entrySet()) {
      if (!entry.getValue().equals(known.get(entry.getKey()))) {
        var place = ContainerPlace.newBuilder().setName(entry.getValue());
        all =
            all.put(
                self,
                entry.getKey(),
                PeerMessage.newBuilder().setProtocol(Protocol.CURRENT).setPlace(place).build());
      }
    }
    var gone = new TreeSet<>(known.keySet());
    gone.removeAll(wanted.keySet());
    for (var id : gone) {
      all = all.remove(self, id);
    }
    return all;
  }

  static Map<String, String> names(LWWMap<String, PeerMessage> map) {
    var names = new HashMap<String, String>();
    map.getEntries()
        .forEach(
            (id, message) -> {
              if (message.hasPlace()) {
                names.put(id, message.getPlace().getName());
              }
            });
    return names;
  }

  /** All places, with one shelf as it is now. */
  static Map<String, Map<String, String>> with(
      Map<String, Map<String, String>> places, String host, int shelf, Map<String, String> now) {
    var ofHost = new HashMap<>(places.getOrDefault(host, Map.of()));
    ofHost.keySet().removeIf(id -> shelf(id) == shelf);
    ofHost.putAll(now);
    var all = new HashMap<>(places);
    all.put(host, Map.copyOf(ofHost));
    return Map.copyOf(all);
  }

  /** Without the hosts that do not belong to the cluster any more. */
  static Map<String, Map<String, String>> of(
      Set<String> hosts, Map<String, Map<String, String>> places) {
    if (hosts.containsAll(places.keySet())) {
      return places;
    }
    var some = new HashMap<>(places);
    some.keySet().retainAll(hosts);
    return Map.copyOf(some);
  }
}
