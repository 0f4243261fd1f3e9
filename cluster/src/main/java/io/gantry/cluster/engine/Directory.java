package io.gantry.cluster.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who has which container, as far as the cluster knows. Pure.
 *
 * @param places by host id: names of containers by their ids
 */
record Directory(Map<String, Map<String, String>> places) {
  /** A container on a host. */
  record Place(String hostId, String id, String name) {}

  /** By full id, else by name, else by a prefix of the id: all that are meant so. */
  List<Place> find(String reference) {
    var byId = new ArrayList<Place>();
    places.forEach(
        (host, containers) -> {
          var name = containers.get(reference);
          if (name != null) {
            byId.add(new Place(host, reference, name));
          }
        });
    if (!byId.isEmpty()) {
      return byId;
    }
    var byName = new ArrayList<Place>();
    var byPrefix = new ArrayList<Place>();
    var hex = isHex(reference);
    places.forEach(
        (host, containers) ->
            containers.forEach(
                (id, name) -> {
                  if (name.equals(reference)) {
                    byName.add(new Place(host, id, name));
                  } else if (hex && id.startsWith(reference)) {
                    byPrefix.add(new Place(host, id, name));
                  }
                }));
    return byName.isEmpty() ? byPrefix : byName;
  }

  static boolean isHex(String text) {
    return !text.isEmpty()
        && text.length() <= 64
        && text.chars().allMatch(one -> (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f'));
  }
}
