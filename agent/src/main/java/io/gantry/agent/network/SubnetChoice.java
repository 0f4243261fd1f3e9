package io.gantry.agent.network;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds a subnet that neither another network of ours nor a device of the host lies in. */
public final class SubnetChoice {
  private static final int FIRST_B = Subnet.number("172.17.0.0");
  private static final int LAST_B = Subnet.number("172.31.0.0");
  private static final int FIRST_C = Subnet.number("192.168.0.0");
  private static final int LAST_C = Subnet.number("192.168.240.0");

  private SubnetChoice() {}

  /**
   * As Docker's default pools: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/20 to
   * 192.168.240.0/20.
   */
  public static Optional<Subnet> free(Collection<Subnet> ours) {
    var taken = new ArrayList<>(ours);
    taken.addAll(ofTheHost());
    for (var base = FIRST_B; base <= LAST_B; base += 1 << 16) {
      var candidate = new Subnet(base, 16);
      if (taken.stream().noneMatch(candidate::overlaps)) {
        return Optional.of(candidate);
      }
    }
    for (var base = FIRST_C; base <= LAST_C; base += 1 << 12) {
      var candidate = new Subnet(base, 20);
      if (taken.stream().noneMatch(candidate::overlaps)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static List<Subnet> ofTheHost() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(device -> device.getInterfaceAddresses().stream())
          .filter(address -> address.getAddress() instanceof Inet4Address)
          .filter(address -> address.getNetworkPrefixLength() > 0)
          .map(
              address ->
                  subnet(
                      ByteBuffer.wrap(address.getAddress().getAddress()).getInt(),
                      Math.min(address.getNetworkPrefixLength(), (short) 30)))
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static Subnet subnet(int address, int prefixLength) {
    return new Subnet(address & (-1 << (32 - prefixLength)), prefixLength);
  }
}
