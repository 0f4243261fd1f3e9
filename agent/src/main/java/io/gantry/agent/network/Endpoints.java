package io.gantry.agent.network;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links.Address;
import io.gantry.agent.host.Links.Outlet;
import io.gantry.agent.host.Links.Plug;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a container's place on a network looks like once its addresses are known. */
public final class Endpoints {
  private static final Set<String> WITH_NAMES = Set.of("bridge", "macvlan", "ipvlan");

  private Endpoints() {}

  /** Networks made by users have names; the default bridge is older than that. */
  public static boolean hasNames(Network network) {
    return WITH_NAMES.contains(network.getSpec().getDriver())
        && !network.getSpec().getName().equals("bridge");
  }

  public static Endpoint of(
      Container container,
      Network network,
      EndpointSpec wanted,
      List<Address> addresses,
      String device) {
    var endpoint =
        Endpoint.newBuilder()
            .setSpec(wanted)
            .setNetworkId(network.getId())
            .setEndpointId(container.getId().substring(0, 32) + network.getId().substring(0, 32))
            .setDevice(device)
            .setMacAddress(mac(container, network, wanted, addresses));
    for (var address : addresses) {
      if (address.ip() instanceof Inet6Address) {
        endpoint
            .setGlobalIpv6Address(Subnet.text(address.ip()))
            .setGlobalIpv6PrefixLength(address.prefixLength())
            .setIpv6Gateway(gateway(network, address));
      } else {
        endpoint
            .setIpAddress(Subnet.text(address.ip()))
            .setIpPrefixLength(address.prefixLength())
            .setGateway(gateway(network, address));
      }
    }
    return endpoint.addAllDnsNames(names(container, network, wanted)).build();
  }

  private static Set<String> names(Container container, Network network, EndpointSpec wanted) {
    var names = new LinkedHashSet<String>();
    if (hasNames(network)) {
      names.add(container.getName());
      names.addAll(wanted.getAliasesList());
      names.add(new ContainerId(container.getId()).abbreviated());
      var hostname = container.getSpec().getNetwork().getHostname();
      if (!hostname.isEmpty()) {
        names.add(hostname);
      }
    }
    return names;
  }

  /** An internal network has no outside to lead to. */
  private static String gateway(Network network, Address address) {
    if (network.getSpec().getInternal()) {
      return "";
    }
    return NetworkTable.gateways(network).stream()
        .filter(
            gateway -> Subnet.around(gateway.ip(), gateway.prefixLength()).contains(address.ip()))
        .findFirst()
        .map(gateway -> Subnet.text(gateway.ip()))
        .orElse("");
  }

  /** As Docker long made them: 02:42 and the address, so that an address always has the same. */
  private static String mac(
      Container container, Network network, EndpointSpec wanted, List<Address> addresses) {
    if (!wanted.getMacAddress().isEmpty()) {
      return wanted.getMacAddress();
    }
    var spec = container.getSpec().getNetwork();
    var main =
        spec.getMode().equals(network.getSpec().getName()) || spec.getMode().equals("default");
    if (main && !spec.getMacAddress().isEmpty()) {
      return spec.getMacAddress();
    }
    var ip = addresses.getFirst().ip().getAddress();
    var last = new byte[4];
    System.arraycopy(ip, ip.length - 4, last, 0, 4);
    return "02:42:" + HexFormat.ofDelimiter(":").formatHex(last);
  }

  /** The device to make for it. */
  public static Plug plug(Network network, Endpoint endpoint, List<InetAddress> gateways) {
    var options = new NetworkOptions(network.getSpec());
    Outlet outlet =
        network.getBridge().isEmpty()
            ? new Outlet.Child(network.getSpec().getDriver(), options.parent(), options.mode())
            : new Outlet.Port(network.getBridge(), !options.neighbours());
    return new Plug(
        outlet,
        device(endpoint),
        addresses(endpoint),
        gateways,
        endpoint.getMacAddress(),
        options.mtu());
  }

  /** Those recorded before devices were written down had one network. */
  public static String device(Endpoint endpoint) {
    return endpoint.getDevice().isEmpty() ? "eth0" : endpoint.getDevice();
  }

  public static List<Address> addresses(Endpoint endpoint) {
    var addresses = new ArrayList<Address>();
    if (!endpoint.getIpAddress().isEmpty()) {
      addresses.add(
          new Address(Subnet.address(endpoint.getIpAddress()), endpoint.getIpPrefixLength()));
    }
    if (!endpoint.getGlobalIpv6Address().isEmpty()) {
      addresses.add(
          new Address(
              Subnet.address(endpoint.getGlobalIpv6Address()),
              endpoint.getGlobalIpv6PrefixLength()));
    }
    return List.copyOf(addresses);
  }
}
