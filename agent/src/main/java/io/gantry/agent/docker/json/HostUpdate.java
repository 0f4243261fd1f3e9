package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.util.Optional;

/** The body of {@code POST /containers/{id}/update}: Resources and RestartPolicy. */
public final class HostUpdate {
  private HostUpdate() {}

  /** Empty when nothing of them is asked for: clients send all fields, with zeros for "leave". */
  public static Optional<ResourceSpec> resources(JsonObject body) {
    var resources = Resources.read(body);
    return resources.equals(ResourceSpec.getDefaultInstance())
        ? Optional.empty()
        : Optional.of(resources);
  }

  public static Optional<RestartPolicy> restartPolicy(JsonObject body) {
    var policy = HostConfigReader.restartPolicy(body);
    return policy.getName().isEmpty() ? Optional.empty() : Optional.of(policy);
  }
}
