package io.gantry.agent.engine;

import io.gantry.agent.Caller;
import io.gantry.agent.Networks;
import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.Optional;

/** The networks every host has. Made once and recorded like any other. */
public final class Predefined {
  private Predefined() {}

  /** {@code bridgeAddress}: CIDR of the bridge's own address; empty: a free subnet is chosen. */
  public static void ensure(Networks networks, Optional<String> bridgeAddress) {
    ensure(networks, NetworkSpec.newBuilder().setName("none").setDriver("null"));
    ensure(networks, NetworkSpec.newBuilder().setName("host").setDriver("host"));
    var bridge =
        NetworkSpec.newBuilder()
            .setName("bridge")
            .setDriver("bridge")
            .putOptions("com.docker.network.bridge.default_bridge", "true")
            .putOptions("com.docker.network.bridge.enable_icc", "true")
            .putOptions("com.docker.network.bridge.enable_ip_masquerade", "true")
            .putOptions("com.docker.network.bridge.host_binding_ipv4", "0.0.0.0")
            .putOptions("com.docker.network.driver.mtu", "1500");
    bridgeAddress.ifPresent(
        address ->
            bridge.addPools(
                IpamPool.newBuilder()
                    .setSubnet(address)
                    .setGateway(address.substring(0, address.indexOf('/')))));
    ensure(networks, bridge);
  }

  private static void ensure(Networks networks, NetworkSpec.Builder spec) {
    if (networks.inspect(spec.getName()) instanceof Outcome.Done<Network>) {
      return;
    }
    var made = networks.create(Caller.ENGINE, spec.build()).toCompletableFuture().join();
    if (made instanceof Outcome.Refused<Network>(_, var message)) {
      throw new IllegalStateException(
          "cannot make network %s: %s".formatted(spec.getName(), message));
    }
  }
}
