package io.gantry.agent.network;

import io.gantry.protocol.v1.NetworkSpec;
import java.util.Optional;

/** What the driver options of a specification say. Option names are the Docker Engine's. */
public record NetworkOptions(NetworkSpec spec) {
  static final String BRIDGE_NAME = "com.docker.network.bridge.name";
  private static final String MTU = "com.docker.network.driver.mtu";
  private static final String ICC = "com.docker.network.bridge.enable_icc";
  private static final String MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";
  private static final String HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4";
  private static final int LEAST_MTU = 68;
  private static final int LEAST_V6_MTU = 1280;
  private static final int LARGEST_MTU = 65_535;

  /** 0: the kernel's own. */
  public int mtu() {
    var text = spec.getOptionsOrDefault(MTU, "");
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  /** Whether its containers may talk to each other. */
  public boolean neighbours() {
    return flag(ICC);
  }

  /** Whether what leaves the host does so under the host's address. */
  public boolean masquerade() {
    return flag(MASQUERADE);
  }

  /** The host's address where ports are published that name none; empty: all. */
  public String hostBinding() {
    var text = spec.getOptionsOrDefault(HOST_BINDING, "");
    return text.equals("0.0.0.0") ? "" : text;
  }

  public Optional<String> bridgeName() {
    return Optional.of(spec.getOptionsOrDefault(BRIDGE_NAME, "")).filter(name -> !name.isEmpty());
  }

  /** The host's device that macvlan and ipvlan devices hang on. */
  public String parent() {
    return spec.getOptionsOrDefault("parent", "");
  }

  /** "bridge", "private", "vepa", "passthru" of macvlan; "l2", "l3", "l3s" of ipvlan. */
  public String mode() {
    var ipvlan = spec.getDriver().equals("ipvlan");
    return spec.getOptionsOrDefault(
        ipvlan ? "ipvlan_mode" : "macvlan_mode", ipvlan ? "l2" : "bridge");
  }

  /** The first thing that is wrong with them. */
  Optional<String> wrong() {
    var mtu = spec.getOptionsOrDefault(MTU, "");
    if (!mtu.isEmpty()) {
      try {
        var value = Integer.parseInt(mtu);
        if (value != 0 && (value < LEAST_MTU || value > LARGEST_MTU)) {
          return Optional.of("invalid MTU number: " + mtu);
        }
        if (value != 0 && value < LEAST_V6_MTU && spec.getEnableIpv6()) {
          return Optional.of(
              "invalid MTU number: %s: IPv6 needs at least %d".formatted(mtu, LEAST_V6_MTU));
        }
      } catch (NumberFormatException e) {
        return Optional.of("failed to parse %s value: \"%s\"".formatted(MTU, mtu));
      }
    }
    for (var name : new String[] {ICC, MASQUERADE}) {
      var text = spec.getOptionsOrDefault(name, "true");
      if (parse(text).isEmpty()) {
        return Optional.of("failed to parse %s value: \"%s\"".formatted(name, text));
      }
    }
    var binding = spec.getOptionsOrDefault(HOST_BINDING, "");
    if (!binding.isEmpty()) {
      try {
        Subnet.address(binding);
      } catch (IllegalArgumentException e) {
        return Optional.of("failed to parse %s value: \"%s\"".formatted(HOST_BINDING, binding));
      }
    }
    return bridgeName()
        .filter(name -> !name.matches("[a-zA-Z0-9_.-]{1,15}"))
        .map(name -> "invalid bridge name: \"%s\"".formatted(name));
  }

  private boolean flag(String name) {
    return parse(spec.getOptionsOrDefault(name, "")).orElse(true);
  }

  /** As Go's ParseBool reads it. */
  private static Optional<Boolean> parse(String text) {
    return switch (text) {
      case "1", "t", "T", "TRUE", "true", "True" -> Optional.of(true);
      case "0", "f", "F", "FALSE", "false", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
