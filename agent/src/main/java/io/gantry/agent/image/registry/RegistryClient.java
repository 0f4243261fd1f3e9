package io.gantry.agent.image.registry;

import io.gantry.agent.Credentials;
import io.gantry.agent.Registries;
import io.gantry.agent.image.Reference;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Registries as this host speaks to them. Remembers for each how it is reached and, for each who
 * asked it, what it wanted to see; nothing of that outlives the process. For any number of threads.
 */
public final class RegistryClient implements AutoCloseable {
  private static final int MOST_REMEMBERED = 1000;

  private record Guest(Door door, Credentials credentials) {}

  private final Wire wire;
  private final RegistrySettings settings;
  private final Map<Host, Door> open = new ConcurrentHashMap<>();
  private final ConcurrentMap<Guest, Access> guests = new ConcurrentHashMap<>();

  public RegistryClient(RegistrySettings settings) {
    this.settings = settings;
    this.wire = new Wire(settings);
  }

  /** For reading; mirrors are asked first where there are any. */
  public Repository source(Reference reference, Credentials credentials) {
    return new Repository(this, reference, credentials, Scope.pull(reference.path()), true);
  }

  /** For reading and writing, at the registry itself. */
  public Repository target(Reference reference, Credentials credentials) {
    return new Repository(this, reference, credentials, Scope.push(reference.path()), false);
  }

  /** Whether the registry of these credentials takes them; else a failure of kind UNAUTHORIZED. */
  public void login(Credentials credentials) throws IOException {
    new Login(this).check(credentials);
  }

  public List<Registries.Found> search(String term, int limit, Credentials credentials)
      throws IOException {
    return new Search(this).search(term, limit, credentials);
  }

  Wire wire() {
    return wire;
  }

  Access access(Door door, Credentials credentials) {
    if (guests.size() > MOST_REMEMBERED) {
      guests.clear();
    }
    return guests.computeIfAbsent(
        new Guest(door, credentials),
        _ -> new Access(wire, credentials, door.host().mayBeInsecure(settings.insecure())));
  }

  /**
   * Where to ask, in order. Credentials are for the registry, so mirrors are asked without.
   *
   * @throws RegistryFailure when the registry may be insecure and answers neither way
   */
  List<Door> doors(Host registry, boolean mirrored) throws IOException {
    var doors = new ArrayList<Door>();
    if (mirrored && registry.isDockerHub()) {
      settings.mirrors().forEach(mirror -> doors.add(Door.of(mirror)));
    }
    doors.add(door(registry));
    return doors;
  }

  /** Encrypted where that works; else, if it may be insecure, without. */
  Door door(Host registry) throws IOException {
    var known = open.get(registry);
    if (known != null) {
      return known;
    }
    var encrypted = Door.of(URI.create("https://" + registry.address()));
    var door = encrypted;
    if (registry.mayBeInsecure(settings.insecure()) && !answers(encrypted)) {
      door = Door.of(URI.create("http://" + registry.address()));
      knock(door);
    }
    open.put(registry, door);
    return door;
  }

  /** After a registry could not be reached: it may come back another way. */
  void forget(Host registry) {
    open.remove(registry);
  }

  private boolean answers(Door door) throws IOException {
    try {
      knock(door);
      return true;
    } catch (RegistryFailure e) {
      if (e.kind() == Kind.UNREACHABLE || e.kind() == Kind.PASSING) {
        return false;
      }
      throw e;
    }
  }

  private void knock(Door door) throws IOException {
    wire.send(wire.request(door.at("")).GET().build(), door.host()).body().close();
  }

  @Override
  public void close() {
    wire.close();
  }
}
