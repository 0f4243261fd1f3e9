package io.gantry.agent.engine;

import io.gantry.protocol.v1.ContainerSpec;
import java.util.Optional;

/**
 * What cannot be asked for at the same time: who follows another container's network, or the
 * host's, has none of its own to configure.
 */
final class ModeCheck {
  private ModeCheck() {}

  static Optional<String> spec(ContainerSpec spec) {
    var network = spec.getNetwork();
    var links = network.getLinksCount() > 0;
    if (network.getMode().equals("host")) {
      return refusedIf(
          links,
          "host type networking can't be used with links. This would result in undefined behavior");
    }
    if (!Modes.isOfContainer(network.getMode())) {
      return Optional.empty();
    }
    return Checks.first(
        () -> refusedIf(!network.getHostname().isEmpty(), "hostname and the network mode"),
        () ->
            refusedIf(
                links,
                "container type network can't be used with links. This would result in undefined"
                    + " behavior"),
        () -> refusedIf(network.getDnsCount() > 0, "dns and the network mode"),
        () ->
            refusedIf(
                network.getExtraHostsCount() > 0, "custom host-to-IP mapping and the network mode"),
        () -> refusedIf(!network.getMacAddress().isEmpty(), "mac-address and the network mode"),
        () ->
            refusedIf(
                network.getPortBindingsCount() > 0 || network.getPublishAllPorts(),
                "port publishing and the container type network mode"));
  }

  private static Optional<String> refusedIf(boolean wrong, String what) {
    return wrong ? Optional.of("conflicting options: " + what) : Optional.empty();
  }
}
