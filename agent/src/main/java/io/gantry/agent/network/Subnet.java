package io.gantry.agent.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 network in CIDR form (RFC 4632).
 *
 * @param base its lowest address as a number, host bits zero
 */
public record Subnet(int base, int prefixLength) {
  public Subnet {
    if (prefixLength < 1 || prefixLength > 30) {
      throw new IllegalArgumentException("prefix length must be 1 to 30: " + prefixLength);
    }
    if ((base & ~mask(prefixLength)) != 0) {
      throw new IllegalArgumentException("host bits are set in " + text(base) + "/" + prefixLength);
    }
  }

  /** Reads "10.1.0.0/16"; an address with host bits set means the network it lies in. */
  public static Subnet parse(String cidr) {
    var slash = cidr.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("invalid CIDR address: " + cidr);
    }
    try {
      var prefixLength = Integer.parseInt(cidr.substring(slash + 1));
      if (prefixLength < 1 || prefixLength > 30) {
        throw new IllegalArgumentException("invalid CIDR address: " + cidr);
      }
      return new Subnet(number(cidr.substring(0, slash)) & mask(prefixLength), prefixLength);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("invalid CIDR address: " + cidr, e);
    }
  }

  /** Of a dotted quad; names are never looked up. */
  static int number(String address) {
    try {
      var parsed = InetAddress.ofLiteral(address);
      if (parsed instanceof Inet4Address) {
        return ByteBuffer.wrap(parsed.getAddress()).getInt();
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("invalid IPv4 address: " + address, e);
    }
    throw new IllegalArgumentException("invalid IPv4 address: " + address);
  }

  static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(number).array());
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  /** Addresses hosts may have: all but the network's own and the broadcast address. */
  public int hosts() {
    return (1 << (32 - prefixLength)) - 2;
  }

  public boolean contains(int address) {
    return (address & mask(prefixLength)) == base;
  }

  public boolean overlaps(Subnet other) {
    return contains(other.base) || other.contains(base);
  }

  private static int mask(int prefixLength) {
    return -1 << (32 - prefixLength);
  }

  static String text(int address) {
    return address(address).getHostAddress();
  }

  @Override
  public String toString() {
    return text(base) + "/" + prefixLength;
  }
}
