package io.gantry.agent.host.fake;

import io.gantry.agent.ContainerId;
import io.gantry.agent.Stats;
import io.gantry.agent.host.Links;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Bridges and namespaces as maps. */
public final class InMemoryLinks implements Links {
  @Override
  public Path ensureNamespace(ContainerId id, Path owner) throws IOException {
    return ensureNamespace(id);
  }

  public final Faults faults = new Faults();
  private final Map<String, Bridge> bridges = new HashMap<>();
  private final Map<ContainerId, Map<String, Plug>> namespaces = new HashMap<>();
  private final Map<ContainerId, List<Route>> routes = new HashMap<>();

  @Override
  public synchronized void ensureBridge(Bridge bridge) throws IOException {
    faults.check();
    bridges.put(bridge.name(), bridge);
  }

  @Override
  public synchronized void removeBridge(String bridge) throws IOException {
    faults.check();
    bridges.remove(bridge);
  }

  @Override
  public synchronized Path ensureNamespace(ContainerId id) throws IOException {
    faults.check();
    namespaces.putIfAbsent(id, new TreeMap<>());
    return Path.of("/run/gantry/netns", id.value());
  }

  @Override
  public synchronized void plug(ContainerId id, Plug plug) throws IOException {
    faults.check();
    var devices = devices(id);
    if (plug.outlet() instanceof Outlet.Port(var bridge, _) && !bridges.containsKey(bridge)) {
      throw new IOException("plug " + plug.device() + " of " + id + ": no bridge " + bridge);
    }
    devices.put(plug.device(), plug);
  }

  @Override
  public synchronized void route(ContainerId id, List<Route> asked) throws IOException {
    faults.check();
    devices(id);
    routes.put(id, List.copyOf(asked));
  }

  @Override
  public void probe(Outlet.Child outlet) throws IOException {
    faults.check();
  }

  @Override
  public synchronized void unplug(ContainerId id, String device) throws IOException {
    faults.check();
    namespaces.getOrDefault(id, new HashMap<>()).remove(device);
  }

  @Override
  public synchronized void removeNamespace(ContainerId id) throws IOException {
    faults.check();
    namespaces.remove(id);
  }

  @Override
  public synchronized Set<ContainerId> namespaces() throws IOException {
    faults.check();
    return Set.copyOf(namespaces.keySet());
  }

  @Override
  public synchronized boolean hasNamespace(ContainerId id) throws IOException {
    faults.check();
    return namespaces.containsKey(id);
  }

  @Override
  public synchronized Map<String, Stats.Interface> counters(ContainerId id) throws IOException {
    faults.check();
    var counters = new TreeMap<String, Stats.Interface>();
    devices(id).keySet().forEach(name -> counters.put(name, NOTHING_YET));
    return counters;
  }

  private static final Stats.Interface NOTHING_YET = new Stats.Interface(0, 0, 0, 0, 0, 0, 0, 0);

  /** The default routes last set. */
  public synchronized List<Route> routes(ContainerId id) {
    return routes.getOrDefault(id, List.of());
  }

  /** What is plugged in, by the name inside the container. */
  public synchronized Map<String, Plug> plugs(ContainerId id) {
    return Map.copyOf(namespaces.getOrDefault(id, Map.of()));
  }

  @Override
  public synchronized Set<String> bridges() throws IOException {
    faults.check();
    return Set.copyOf(bridges.keySet());
  }

  @Override
  public synchronized Map<String, ContainerId> cables() throws IOException {
    faults.check();
    var cables = new TreeMap<String, ContainerId>();
    namespaces.forEach(
        (id, devices) -> devices.keySet().forEach(name -> cables.put(id.abbreviated() + name, id)));
    return cables;
  }

  private Map<String, Plug> devices(ContainerId id) throws IOException {
    var devices = namespaces.get(id);
    if (devices == null) {
      throw new IOException("container " + id + " has no network namespace");
    }
    return devices;
  }
}
