package io.gantry.agent.host.fake;

import io.gantry.agent.ContainerId;
import io.gantry.agent.LimitSupport;
import io.gantry.agent.Stats;
import io.gantry.agent.host.Cgroups;
import io.gantry.persistence.event.ContainerEvent.Shortage;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Groups as a map from container to its processes. A test plays the runtime with {@link #run}. */
public final class InMemoryCgroups implements Cgroups {
  public final Faults faults = new Faults();
  private final Map<ContainerId, Group> groups = new HashMap<>();

  private record Group(List<Long> processes, boolean frozen) {}

  /** As if the runtime had put these processes into the container's group. */
  public synchronized void run(ContainerId id, Long... pids) {
    groups.put(id, new Group(List.of(pids), false));
  }

  public synchronized boolean frozen(ContainerId id) {
    var group = groups.get(id);
    return group != null && group.frozen();
  }

  @Override
  public Mode mode() {
    return Mode.V2;
  }

  @Override
  public void expectMove() {
    // Nothing is waited for here.
  }

  @Override
  public Shortage shortage(ContainerId id) throws IOException {
    faults.check();
    return Shortage.UNKNOWN;
  }

  @Override
  public LimitSupport support() {
    return LimitSupport.all(2);
  }

  @Override
  public void unboundProcesses(ContainerId id) throws IOException {
    faults.check();
  }

  @Override
  public String path(ContainerId id, String parent) {
    return (parent.isEmpty() ? "/gantry" : parent) + "/" + id;
  }

  @Override
  public synchronized List<Long> processes(ContainerId id) throws IOException {
    faults.check();
    var group = groups.get(id);
    return group == null ? List.of() : group.processes();
  }

  @Override
  public synchronized Stats read(ContainerId id) throws IOException {
    faults.check();
    var group = groups.get(id);
    var pids = group == null ? 0 : group.processes().size();
    return new Stats(
        Instant.EPOCH,
        new Stats.Cpu(0, 0, 0, List.of(), 0, group == null ? 0 : 1, 0, 0, 0),
        new Stats.Memory(0, 0, 0, 0, Map.of(), 2),
        pids,
        0,
        Map.of(),
        List.of());
  }

  @Override
  public synchronized void freeze(ContainerId id) throws IOException {
    faults.check();
    groups.put(id, new Group(existing(id).processes(), true));
  }

  @Override
  public synchronized void thaw(ContainerId id) throws IOException {
    faults.check();
    groups.computeIfPresent(id, (_, group) -> new Group(group.processes(), false));
  }

  @Override
  public synchronized void remove(ContainerId id) throws IOException {
    faults.check();
    groups.remove(id);
  }

  @Override
  public synchronized Set<ContainerId> present() throws IOException {
    faults.check();
    return Set.copyOf(groups.keySet());
  }

  private Group existing(ContainerId id) throws IOException {
    var group = groups.get(id);
    if (group == null) {
      throw new IOException("container " + id + " has no cgroup");
    }
    return group;
  }
}
