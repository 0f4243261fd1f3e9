package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.IdRange;
import io.gantry.protocol.v1.Container;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the OCI bundle of a run (OCI runtime-spec v1, config.json). */
public interface Bundles {
  Written write(Plan plan) throws IOException;

  /**
   * @param warnings what could not be granted on this host, one sentence each
   * @param paths of the host that the container is made of: its root, what is mounted into it,
   *     namespaces that it joins
   */
  record Written(List<String> warnings, List<Path> paths) {}

  /**
   * @param root mounted root file system
   * @param hostname of the container; with the host's network, the host's
   * @param volumes where each volume mount's content is on the host, by destination
   * @param joined host pids whose namespaces are joined, by "pid" and "ipc" (--pid container:X)
   * @param user empty: the host's user namespace
   */
  record Plan(
      ContainerId id,
      Path bundle,
      Container container,
      Path root,
      String hostname,
      Connection connection,
      Path hosts,
      Path hostnameFile,
      Path resolvConf,
      Map<String, Path> volumes,
      Map<String, Long> joined,
      String cgroupsPath,
      Optional<Path> initProgram,
      Optional<UserNamespace> user) {}

  /** One of the container's own, bound at {@code path}. */
  record UserNamespace(Path path, IdRange ids) {}
}
