package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What someone may ask of a container. It may be refused. */
public sealed interface Request {
  Instant at();

  record Create(
      String name,
      ContainerSpec spec,
      String imageId,
      List<String> layers,
      List<MountPoint> mounts,
      List<String> warnings,
      Instant at)
      implements Request {}

  record Start(Instant at) implements Request {}

  /** Empty values: the container's own. A negative grace: no SIGKILL follows. */
  record Stop(Optional<String> signal, Optional<Duration> grace, Instant at) implements Request {}

  /** The agent ends and takes its containers along. */
  record Shutdown(Instant at) implements Request {}

  record Restart(Optional<String> signal, Optional<Duration> grace, Instant at)
      implements Request {}

  /** {@code signal}: canonical, "SIGTERM" or a number. */
  record Kill(String signal, Instant at) implements Request {}

  record Pause(Instant at) implements Request {}

  record Unpause(Instant at) implements Request {}

  record Rename(String newName, Instant at) implements Request {}

  record Update(Optional<ResourceSpec> resources, Optional<RestartPolicy> policy, Instant at)
      implements Request {}

  record Remove(boolean force, boolean volumes, Instant at) implements Request {}

  /** {@code network}: its name. To a container that does not run it is a wish for its next run. */
  record Connect(String network, String networkId, EndpointSpec spec, Instant at)
      implements Request {}

  record Disconnect(String network, String networkId, Instant at) implements Request {}

  record CreateExec(String execId, ExecSpec spec, Instant at) implements Request {}

  record StartExec(String execId, Instant at) implements Request {}

  /**
   * Something looked at, not changed: attach, resize, top. {@code needsRunning}: only of a running
   * container.
   */
  record Observe(String action, Map<String, String> attributes, boolean needsRunning, Instant at)
      implements Request {}
}
