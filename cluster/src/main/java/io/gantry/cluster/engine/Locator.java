package io.gantry.cluster.engine;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one place that resolves what people call a container to the host that has it: an id, a unique
 * prefix of one, a name, or HOST/ and one of these. What the cluster's directory does not know yet
 * every host is asked for. May wait.
 */
final class Locator {
  private static final int FRESH = 256;

  private final AllHosts hosts;
  private final boolean ownFirst;

  /** What was created or removed through this host, until the directory says so; the latest. */
  private final Map<String, Optional<Directory.Place>> fresh =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<Directory.Place>> eldest) {
          return size() > FRESH;
        }
      };

  /**
   * @param ownFirst a container of this host is meant where others have one that is called so too
   */
  Locator(AllHosts hosts, boolean ownFirst) {
    this.hosts = hosts;
    this.ownFirst = ownFirst;
  }

  /** What this host knows by itself, at once. */
  Optional<Located> here(String reference) {
    return ownFirst
            && hosts.own().containers().inspect(reference) instanceof Outcome.Done<Container>
        ? Optional.of(new Located(hosts.self(), reference))
        : Optional.empty();
  }

  /**
   * Where it is.
   *
   * @param id in full; on this host what was asked for, so that its words are about that
   */
  record Located(Host host, String id) {}

  void created(Host host, Container container) {
    synchronized (fresh) {
      fresh.put(
          container.getId(),
          Optional.of(new Directory.Place(host.id(), container.getId(), container.getName())));
    }
  }

  void removed(String id) {
    synchronized (fresh) {
      fresh.put(id, Optional.empty());
    }
  }

  private Directory directory() {
    var places = new HashMap<>(hosts.places());
    var own = new HashMap<String, String>();
    hosts.own().containers().list().forEach(one -> own.put(one.getId(), one.getName()));
    places.put(hosts.self().id(), own);
    synchronized (fresh) {
      fresh.forEach(
          (id, place) -> {
            if (place.isEmpty()) {
              places.replaceAll((_, known) -> without(known, id));
            } else if (!place.get().hostId().equals(hosts.self().id())) {
              var known = new HashMap<>(places.getOrDefault(place.get().hostId(), Map.of()));
              known.putIfAbsent(id, place.get().name());
              places.put(place.get().hostId(), known);
            }
          });
    }
    return new Directory(places);
  }

  private static Map<String, String> without(Map<String, String> known, String id) {
    if (!known.containsKey(id)) {
      return known;
    }
    var rest = new HashMap<>(known);
    rest.remove(id);
    return rest;
  }

  Outcome<Located> find(String reference) {
    var here = here(reference);
    if (here.isPresent()) {
      return Outcome.done(here.get());
    }
    var name = reference.startsWith("/") ? reference.substring(1) : reference;
    var slash = name.indexOf('/');
    if (slash > 0) {
      var host = hosts.find(name.substring(0, slash));
      return host.isPresent()
          ? at(host.get(), name.substring(slash + 1), reference)
          : absent(reference);
    }
    var found = directory().find(name);
    return switch (found.size()) {
      case 0 -> everywhere(name, reference);
      case 1 -> located(found.getFirst(), reference);
      default -> ambiguous(found, name, reference);
    };
  }

  private static <T> Outcome<T> absent(String reference) {
    return Outcome.refused(ErrorKind.NOT_FOUND, "No such container: " + reference);
  }

  private Outcome<Located> located(Directory.Place place, String reference) {
    var host = hosts.all().stream().filter(one -> one.id().equals(place.hostId())).findFirst();
    if (host.isEmpty()) {
      return absent(reference);
    }
    return host.get().isUp()
        ? Outcome.done(new Located(host.get(), place.id()))
        : Outcome.refused(
            ErrorKind.UNAVAILABLE,
            "container %s is on host %s, which is %s"
                .formatted(reference, host.get().name(), host.get().presence()));
  }

  private Outcome<Located> ambiguous(List<Directory.Place> found, String name, String reference) {
    if (!found.getFirst().name().equals(name)) {
      return Outcome.refused(
          ErrorKind.INVALID, "multiple IDs found with provided prefix: " + reference);
    }
    return several(found.stream().map(Directory.Place::hostId).toList(), name);
  }

  private Outcome<Located> several(List<String> hostIds, String name) {
    var where =
        hosts.all().stream()
            .filter(host -> hostIds.contains(host.id()))
            .map(host -> host.name() + "/" + name)
            .sorted()
            .toList();
    return Outcome.refused(
        ErrorKind.INVALID,
        "several hosts have a container %s: %s".formatted(name, String.join(", ", where)));
  }

  private Outcome<Located> at(Host host, String name, String reference) {
    if (!host.isUp()) {
      return Outcome.refused(
          ErrorKind.UNAVAILABLE, "host %s is %s".formatted(host.name(), host.presence()));
    }
    return switch (host.containers().inspect(name)) {
      case Outcome.Done<Container>(var container) ->
          Outcome.done(new Located(host, container.getId()));
      case Outcome.Unchanged<Container>(var container) ->
          Outcome.done(new Located(host, container.getId()));
      case Outcome.Refused<Container>(var kind, var message) ->
          kind == ErrorKind.NOT_FOUND ? absent(reference) : Outcome.refused(kind, message);
    };
  }

  private Outcome<Located> everywhere(String name, String reference) {
    var found = new ArrayList<Located>();
    hosts
        .ask(host -> host.isSelf() ? absent(name) : host.containers().inspect(name))
        .forEach(
            (host, answer) -> {
              if (answer instanceof Outcome.Done<?>(Container container)) {
                found.add(new Located(host, container.getId()));
              }
            });
    return switch (found.size()) {
      case 0 -> absent(reference);
      case 1 -> Outcome.done(found.getFirst());
      default -> several(found.stream().map(one -> one.host().id()).toList(), name);
    };
  }
}
