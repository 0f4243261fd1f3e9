package io.gantry.agent.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a subnet that neither another network of ours nor a route of the host lies in. */
public final class SubnetChoice {
  private static final Path ROUTES = Path.of("/proc/net/route");
  private static final int DESTINATION = 1;
  private static final int MASK = 7;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SubnetChoice() {}

  /**
   * As Docker's default pools: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/20 to
   * 192.168.240.0/20.
   */
  public static Optional<Subnet> free(Collection<Subnet> ours) {
    var taken = new ArrayList<>(ours);
    taken.addAll(ofTheHost());
    return pools().filter(pool -> taken.stream().noneMatch(pool::overlaps)).findFirst();
  }

  private static Stream<Subnet> pools() {
    return Stream.concat(
        Stream.iterate(17, second -> second <= 31, second -> second + 1)
            .map(second -> Subnet.parse("172.%d.0.0/16".formatted(second))),
        Stream.iterate(0, third -> third <= 240, third -> third + 16)
            .map(third -> Subnet.parse("192.168.%d.0/20".formatted(third))));
  }

  /** A /64 of a unique local prefix of its own (RFC 4193). */
  public static Subnet uniqueLocal(Collection<Subnet> ours) {
    while (true) {
      var bytes = new byte[16];
      RANDOM.nextBytes(bytes);
      bytes[0] = (byte) 0xfd;
      try {
        var subnet = Subnet.around(InetAddress.getByAddress(bytes), 64);
        if (ours.stream().noneMatch(subnet::overlaps)) {
          return subnet;
        }
      } catch (java.net.UnknownHostException e) {
        throw new AssertionError("sixteen bytes are an address", e);
      }
    }
  }

  private static List<Subnet> ofTheHost() {
    var found = new ArrayList<>(addresses());
    found.addAll(routes());
    return found;
  }

  private static List<Subnet> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(device -> device.getInterfaceAddresses().stream())
          .filter(address -> address.getAddress().getAddress().length == 4)
          .filter(address -> address.getNetworkPrefixLength() > 0)
          .map(address -> Subnet.around(address.getAddress(), address.getNetworkPrefixLength()))
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  /** Where a route leads is somebody's network, though no address of this host is in it. */
  private static List<Subnet> routes() {
    try (var lines = Files.lines(ROUTES)) {
      return lines.skip(1).map(SubnetChoice::route).flatMap(Optional::stream).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<Subnet> route(String line) {
    var fields = line.split("\\s+");
    try {
      var bits = Integer.bitCount(Integer.parseUnsignedInt(fields[MASK], 16));
      var bytes =
          ByteBuffer.allocate(4)
              .order(java.nio.ByteOrder.LITTLE_ENDIAN)
              .putInt(Integer.parseUnsignedInt(fields[DESTINATION], 16))
              .array();
      return bits == 0
          ? Optional.empty()
          : Optional.of(Subnet.around(InetAddress.getByAddress(bytes), bits));
    } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException unreadable) {
      return Optional.empty();
    }
  }
}
