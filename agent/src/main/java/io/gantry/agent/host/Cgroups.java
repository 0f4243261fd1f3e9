package io.gantry.agent.host;

import io.gantry.agent.ContainerId;
import io.gantry.agent.LimitSupport;
import io.gantry.agent.Stats;
import io.gantry.persistence.event.ContainerEvent.Shortage;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Control groups of containers, version 1, hybrid or 2. The runtime makes them; this reads them and
 * cleans up.
 */
public interface Cgroups {
  enum Mode {
    V1,
    HYBRID,
    V2
  }

  Mode mode();

  /** What the kernel can limit. */
  LimitSupport support() throws IOException;

  /** For the OCI configuration's linux.cgroupsPath. {@code parent} empty: the agent's own. */
  String path(ContainerId id, String parent);

  /** Every process of the container, in the host's pid namespace. Empty when it does not run. */
  List<Long> processes(ContainerId id) throws IOException;

  /**
   * A process will be moved into a group soon. The kernel lets the first move after a while wait
   * for an RCU grace period (8 ms and more); asked for ahead, it passes while other things are
   * done. Returns at once and never fails, for only time is won; asked again meanwhile, it does
   * nothing.
   */
  void expectMove();

  /** Counters without networks, which {@link Links} has. */
  Stats read(ContainerId id) throws IOException;

  /** Why the kernel killed in this group for want of memory, the last time it did. */
  Shortage shortage(ContainerId id) throws IOException;

  void freeze(ContainerId id) throws IOException;

  /** What is not there stands still no more. */
  void thaw(ContainerId id) throws IOException;

  /** Kills whatever is left in the group and takes the group away in every hierarchy. */
  void remove(ContainerId id) throws IOException;

  /** Takes the bound on the number of processes away, which runtimes do not know to do. */
  void unboundProcesses(ContainerId id) throws IOException;

  Set<ContainerId> present() throws IOException;
}
