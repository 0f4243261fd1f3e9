package io.gantry.agent.network.dns;

import io.gantry.agent.ContainerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is called what on which network. Names live as long as a container's run: they are entered
 * when its addresses are taken and struck out before its addresses may be another's. Lookups wait
 * for nobody.
 */
public final class NameBook {
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LABEL = 63;

  /** By network, then by name in lower case, then by container. Inner maps are replaced whole. */
  private final Map<String, Map<String, Map<ContainerId, Place>>> networks =
      new ConcurrentHashMap<>();

  private final Map<ContainerId, List<Place>> places = new ConcurrentHashMap<>();

  /**
   * One container on one network.
   *
   * @param names it answers to, as given
   * @param links what this container, and only it, calls others: alias to name or id
   */
  public record Place(
      String networkId,
      String networkName,
      List<String> names,
      List<InetAddress> addresses,
      Map<String, String> links) {
    public Place {
      names = names.stream().map(NameBook::lower).distinct().toList();
      addresses = List.copyOf(addresses);
      links = Map.copyOf(links);
    }
  }

  /** All of a container's places; those it had before go. */
  public synchronized void put(ContainerId id, List<Place> now) {
    var before = places.getOrDefault(id, List.of());
    if (before.equals(now)) {
      return;
    }
    places.put(id, List.copyOf(now));
    before.forEach(place -> strike(id, place));
    now.forEach(place -> enter(id, place));
  }

  /**
   * What a container is called now. Only where it has been put: a place it has left meanwhile is
   * not taken again.
   */
  public synchronized void refresh(ContainerId id, List<Place> now) {
    var entered =
        places.getOrDefault(id, List.of()).stream()
            .map(Place::networkId)
            .collect(Collectors.toSet());
    if (!entered.isEmpty()) {
      put(id, now.stream().filter(place -> entered.contains(place.networkId())).toList());
    }
  }

  public synchronized void remove(ContainerId id) {
    var before = places.remove(id);
    if (before != null) {
      before.forEach(place -> strike(id, place));
    }
  }

  private void enter(ContainerId id, Place place) {
    var names = networks.computeIfAbsent(place.networkId(), _ -> new ConcurrentHashMap<>());
    for (var name : place.names()) {
      names.compute(
          name,
          (_, before) -> {
            var holders = new HashMap<>(before == null ? Map.<ContainerId, Place>of() : before);
            holders.put(id, place);
            return Map.copyOf(holders);
          });
    }
  }

  private void strike(ContainerId id, Place place) {
    var names = networks.getOrDefault(place.networkId(), new ConcurrentHashMap<>());
    for (var name : place.names()) {
      names.computeIfPresent(
          name,
          (_, before) -> {
            var holders = new HashMap<>(before);
            holders.remove(id, place);
            return holders.isEmpty() ? null : Map.copyOf(holders);
          });
    }
    if (names.isEmpty()) {
      networks.remove(place.networkId());
    }
  }

  /**
   * The addresses a name has for this container: on the first of its networks that knows it. Empty:
   * none of them does.
   */
  public List<InetAddress> lookup(ContainerId asker, String name) {
    var wanted = lower(name);
    for (var place : places.getOrDefault(asker, List.of())) {
      var called = place.links().getOrDefault(wanted, wanted);
      var found = on(place.networkId(), lower(called));
      if (!found.isEmpty()) {
        return found;
      }
      var suffix = "." + lower(place.networkName());
      if (wanted.endsWith(suffix)) {
        var bare = on(place.networkId(), wanted.substring(0, wanted.length() - suffix.length()));
        if (!bare.isEmpty()) {
          return bare;
        }
      }
    }
    return List.of();
  }

  private List<InetAddress> on(String networkId, String name) {
    var holders = networks.getOrDefault(networkId, Map.of()).getOrDefault(name, Map.of());
    if (holders.isEmpty()) {
      return List.of();
    }
    var addresses = new ArrayList<InetAddress>();
    // In the order of ids: the caller shuffles, tests need not.
    new TreeMap<>(byText(holders)).values().forEach(place -> addresses.addAll(place.addresses()));
    return List.copyOf(addresses);
  }

  private static Map<String, Place> byText(Map<ContainerId, Place> holders) {
    var byText = new HashMap<String, Place>();
    holders.forEach((id, place) -> byText.put(id.value(), place));
    return byText;
  }

  /** "name.network" of the neighbour that has this address. */
  public Optional<String> reverse(ContainerId asker, InetAddress address) {
    for (var place : places.getOrDefault(asker, List.of())) {
      for (var holders : networks.getOrDefault(place.networkId(), Map.of()).values()) {
        for (var holder : holders.values()) {
          if (holder.addresses().contains(address)) {
            var called =
                holder.names().stream()
                    .map(name -> name + "." + lower(place.networkName()))
                    .filter(NameBook::fits)
                    .findFirst();
            if (called.isPresent()) {
              return called;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Whether an answer can say it (RFC 1035 section 2.3.4); containers may have longer names. */
  private static boolean fits(String name) {
    return name.length() <= LONGEST_NAME
        && Stream.of(name.split("\\.", -1))
            .allMatch(label -> !label.isEmpty() && label.length() <= LONGEST_LABEL);
  }

  /** Containers that have names now. */
  public Set<ContainerId> containers() {
    return Set.copyOf(places.keySet());
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
