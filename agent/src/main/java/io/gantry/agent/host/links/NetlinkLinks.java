package io.gantry.agent.host.links;

import io.gantry.agent.ContainerId;
import io.gantry.agent.Stats;
import io.gantry.agent.host.Links;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import io.gantry.agent.host.kernel.UserNamespaces;
import io.gantry.agent.host.netlink.Conversation;
import io.gantry.agent.host.netlink.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * {@link Links} by rtnetlink. Namespaces are bound at {@code RUN-DIR/netns/<id>}. What is kept in
 * memory only saves time: a restarted agent knows as much as the one before.
 *
 * <p>Taking a device away costs the kernel tens of milliseconds, during which no other device can
 * be made. So removal cuts the cable, which is quick, and leaves the rest to the kernel's clean-up
 * of the namespace, which runs in the background and takes many at once.
 */
public final class NetlinkLinks implements Links, AutoCloseable {
  private static final int LONGEST_PREFIX = 8;
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private final String prefix;
  private final Path namespaces;
  private final int mtu;
  private final Cables cables;
  private final NamespacePool pool;
  private final Fresh fresh = new Fresh();

  /** Host ends of cables plugged in by this agent, by index. */
  private final Map<ContainerId, Set<Integer>> ends = new ConcurrentHashMap<>();

  /**
   * @param prefix begins the name of every cable; agents that share a host have different ones, and
   *     none that begins another's
   * @param namespaces directory for the names of namespaces, on a file system that a reboot clears
   * @param mtu of bridges and cables; 0: the kernel's default
   * @param ready how many namespaces to make in advance
   */
  public NetlinkLinks(String prefix, Path namespaces, int mtu, int ready) throws IOException {
    if (prefix.isEmpty() || prefix.length() > LONGEST_PREFIX) {
      throw new IllegalArgumentException("a device prefix has 1 to 8 characters: " + prefix);
    }
    this.prefix = prefix;
    this.namespaces = Files.createDirectories(namespaces.toAbsolutePath()).toRealPath();
    this.mtu = mtu;
    this.cables = new Cables(prefix, mtu);
    this.pool = new NamespacePool(ready);
  }

  @Override
  public void ensureBridge(Bridge bridge) throws IOException {
    try (var host = Conversation.here()) {
      Bridges.ensure(host, bridge, bridge.mtu() > 0 ? bridge.mtu() : mtu);
    }
  }

  @Override
  public void removeBridge(String bridge) throws IOException {
    try (var host = Conversation.here()) {
      Devices.delete(host, bridge);
    }
  }

  @Override
  public Path ensureNamespace(ContainerId id) throws IOException {
    var path = path(id);
    if (!NetworkNamespaces.isBound(path)) {
      var taken = pool.take();
      try (var namespace = taken.namespace()) {
        NetworkNamespaces.bind(namespace, path);
        fresh.put(id, taken.inside());
      } catch (IOException | RuntimeException failed) {
        taken.inside().close();
        throw failed;
      }
    }
    return path;
  }

  @Override
  public Path ensureNamespace(ContainerId id, Path owner) throws IOException {
    var path = path(id);
    if (!NetworkNamespaces.isBound(path)) {
      try (var namespace = UserNamespaces.network(owner)) {
        NetworkNamespaces.bind(namespace, path);
      }
      try (var inside = Conversation.in(path)) {
        Devices.loopbackUp(inside);
      }
    }
    return path;
  }

  @Override
  public void plug(ContainerId id, Plug plug) throws IOException {
    var path = path(id);
    if (!NetworkNamespaces.isBound(path)) {
      throw new IOException(
          "plug " + plug.device() + " of container " + id + ": it has no network namespace");
    }
    var known = fresh.take(id);
    try (var host = Conversation.here();
        var inside = known.isPresent() ? known.get() : Conversation.in(path)) {
      var end = cables.plug(host, inside, path, id, plug, known.isPresent());
      end.ifPresent(
          index -> ends.computeIfAbsent(id, first -> ConcurrentHashMap.newKeySet()).add(index));
    } catch (IOException failed) {
      throw new IOException(
          "plug " + plug.device() + " of container " + id + ": " + failed.getMessage(), failed);
    }
  }

  @Override
  public void route(ContainerId id, List<Route> routes) throws IOException {
    if (!routes.isEmpty()) {
      try (var inside = Conversation.in(path(id))) {
        var requests = new Requests();
        for (var route : routes) {
          var device =
              Devices.find(inside, route.device())
                  .orElseThrow(() -> new IOException("there is no device " + route.device()));
          Devices.defaultRoute(requests, route.gateway(), device.index());
        }
        inside.tell(requests);
      }
    }
  }

  @Override
  public void probe(Outlet.Child outlet) throws IOException {
    try (var host = Conversation.here()) {
      Children.probe(host, outlet, prefix + "probe");
    }
  }

  @Override
  public void unplug(ContainerId id, String device) throws IOException {
    var path = path(id);
    fresh.forget(id);
    if (NetworkNamespaces.isBound(path)) {
      try (var inside = Conversation.in(path)) {
        Devices.delete(inside, device);
      }
    }
  }

  @Override
  public void removeNamespace(ContainerId id) throws IOException {
    var path = path(id);
    fresh.forget(id);
    if (NetworkNamespaces.isBound(path)) {
      cut(id, path);
      while (Mounts.detach(path)) {
        // Bound twice by two agents at once: both go.
      }
    }
    ends.remove(id);
    Files.deleteIfExists(path);
  }

  /** From here on the container's addresses may be another's. */
  private void cut(ContainerId id, Path path) throws IOException {
    var known = ends.get(id);
    try (var host = Conversation.here()) {
      if (known != null) {
        cables.cut(host, known);
        return;
      }
      try (var inside = Conversation.in(path)) {
        var found = new HashSet<Integer>();
        for (var device : Devices.all(inside)) {
          if (device.kind().equals("veth")) {
            found.add(device.peer());
          }
        }
        cables.cut(host, found);
      }
    }
  }

  @Override
  public Set<ContainerId> namespaces() throws IOException {
    var ids = new HashSet<ContainerId>();
    try (var entries = Files.newDirectoryStream(namespaces)) {
      for (var entry : entries) {
        ContainerId.parse(entry.getFileName().toString()).ifPresent(ids::add);
      }
    }
    return ids;
  }

  @Override
  public boolean hasNamespace(ContainerId id) {
    return Files.exists(path(id));
  }

  @Override
  public Set<String> bridges() throws IOException {
    var names = new HashSet<String>();
    try (var host = Conversation.here()) {
      for (var device : Devices.all(host)) {
        if (device.kind().equals("bridge") && device.name().startsWith(prefix)) {
          names.add(device.name());
        }
      }
    }
    return names;
  }

  /** Cables that are cut are the kernel's to clear up; it is given two seconds. */
  @Override
  public Map<String, ContainerId> cables() throws IOException {
    var end = System.nanoTime() + SETTLING.toNanos();
    while (true) {
      var found = cablesNow();
      if (namespaces().containsAll(found.values()) || System.nanoTime() - end > 0) {
        return found;
      }
      LockSupport.parkNanos(SETTLING.toNanos() / 1000);
    }
  }

  private Map<String, ContainerId> cablesNow() throws IOException {
    var found = new HashMap<String, ContainerId>();
    try (var host = Conversation.here()) {
      for (var device : Devices.all(host)) {
        if (device.kind().equals("veth") && device.name().startsWith(prefix)) {
          ContainerId.parse(device.alias()).ifPresent(id -> found.put(device.name(), id));
        }
      }
    }
    return found;
  }

  @Override
  public Map<String, Stats.Interface> counters(ContainerId id) throws IOException {
    var path = path(id);
    if (!NetworkNamespaces.isBound(path)) {
      throw new IOException("container " + id + " has no network namespace");
    }
    var counters = new TreeMap<String, Stats.Interface>();
    try (var inside = Conversation.in(path)) {
      for (var device : Devices.all(inside)) {
        if (!device.isLoopback()) {
          counters.put(device.name(), device.counters());
        }
      }
    }
    return counters;
  }

  private Path path(ContainerId id) {
    return namespaces.resolve(id.value());
  }

  /** Ends the namespaces made in advance. Those of containers stay. */
  @Override
  public void close() {
    fresh.close();
    pool.close();
  }
}
