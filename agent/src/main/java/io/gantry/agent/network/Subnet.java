package io.gantry.agent.network;

import io.gantry.agent.host.Links.Address;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A network in CIDR form, of IP version 4 (RFC 4632) or 6 (RFC 4291).
 *
 * @param base its lowest address, host bits zero
 */
public record Subnet(InetAddress base, int prefixLength) {
  public Subnet {
    if (prefixLength < 1 || prefixLength > bits(base)) {
      throw new IllegalArgumentException(
          "prefix length must be 1 to %d: %d".formatted(bits(base), prefixLength));
    }
    if (!base.equals(masked(base, prefixLength))) {
      throw new IllegalArgumentException(
          "host bits are set in %s/%d".formatted(text(base), prefixLength));
    }
  }

  /** Reads "10.1.0.0/16" or "fd00::/64"; an address with host bits means the network it lies in. */
  public static Subnet parse(String cidr) {
    var slash = cidr.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("invalid CIDR address: " + cidr);
    }
    try {
      var prefixLength = Integer.parseInt(cidr.substring(slash + 1));
      var address = address(cidr.substring(0, slash));
      if (prefixLength < 1 || prefixLength > bits(address)) {
        throw new IllegalArgumentException("invalid CIDR address: " + cidr);
      }
      return new Subnet(masked(address, prefixLength), prefixLength);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("invalid CIDR address: " + cidr, e);
    }
  }

  /** Of a literal; names are never looked up. */
  public static InetAddress address(String literal) {
    try {
      return InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("invalid IP address: " + literal, e);
    }
  }

  public static Subnet around(InetAddress address, int prefixLength) {
    return new Subnet(masked(address, prefixLength), prefixLength);
  }

  public boolean isV6() {
    return base instanceof Inet6Address;
  }

  /** The address this far from the base. */
  public InetAddress plus(BigInteger offset) {
    return address(number(base).add(offset), isV6());
  }

  public InetAddress plus(long offset) {
    return plus(BigInteger.valueOf(offset));
  }

  /** How far from the base an address of this network is. */
  public BigInteger offset(InetAddress address) {
    return number(address).subtract(number(base));
  }

  /** Addresses in all, the network's own and the broadcast address among them. */
  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(bits(base) - prefixLength);
  }

  /** The broadcast address; version 6 has none, and this is an address like any other. */
  public InetAddress last() {
    return plus(size().subtract(BigInteger.ONE));
  }

  public boolean contains(InetAddress address) {
    return address instanceof Inet6Address == isV6() && masked(address, prefixLength).equals(base);
  }

  public boolean contains(Subnet other) {
    return other.prefixLength >= prefixLength && contains(other.base);
  }

  public boolean overlaps(Subnet other) {
    return contains(other.base) || other.contains(base);
  }

  public Address at(InetAddress address) {
    return new Address(address, prefixLength);
  }

  /** As RFC 5952 writes it. */
  public static String text(InetAddress address) {
    return IpText.of(address);
  }

  private static int bits(InetAddress address) {
    return address.getAddress().length * 8;
  }

  private static InetAddress masked(InetAddress address, int prefixLength) {
    var bytes = address.getAddress();
    for (var bit = prefixLength; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    return address(bytes);
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private static InetAddress address(BigInteger number, boolean v6) {
    var bytes = number.toByteArray();
    var whole = new byte[v6 ? 16 : 4];
    for (var i = 0; i < whole.length && i < bytes.length; i++) {
      whole[whole.length - 1 - i] = bytes[bytes.length - 1 - i];
    }
    return address(whole);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return bytes.length == 16
          ? Inet6Address.getByAddress(null, bytes, -1)
          : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("four or sixteen bytes are an address", e);
    }
  }

  @Override
  public String toString() {
    return text(base) + "/" + prefixLength;
  }
}
