package io.gantry.agent.docker;

import io.gantry.protocol.v1.ContainerSpec;

/** What a create request of an older version of the API means where it says nothing. */
final class OlderClients {
  private static final ApiVersion PRIVATE_IPC = new ApiVersion(1, 40);

  private OlderClients() {}

  static ContainerSpec spec(ApiVersion version, ContainerSpec asked) {
    var spec = asked.toBuilder();
    var security = spec.getSecurityBuilder();
    if (version.compareTo(PRIVATE_IPC) < 0 && security.getIpcMode().isEmpty()) {
      security.setIpcMode("shareable");
    }
    return spec.build();
  }
}
