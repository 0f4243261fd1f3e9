package io.gantry.agent.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;

/** Addresses as people and other programs write them: version 6 as RFC 5952 has it. */
public final class IpText {
  private static final int GROUPS = 8;

  private IpText() {}

  public static String of(InetAddress address) {
    return address instanceof Inet6Address ? v6(address.getAddress()) : address.getHostAddress();
  }

  /** The longest run of zero groups, the first of the longest, becomes "::". */
  private static String v6(byte[] bytes) {
    var groups = new int[GROUPS];
    for (var i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    var start = -1;
    var length = 1;
    for (var i = 0; i < GROUPS; i++) {
      var run = i;
      while (run < GROUPS && groups[run] == 0) {
        run++;
      }
      if (run - i > length) {
        start = i;
        length = run - i;
      }
    }
    return start < 0
        ? joined(groups, 0, GROUPS)
        : joined(groups, 0, start) + "::" + joined(groups, start + length, GROUPS);
  }

  private static String joined(int[] groups, int from, int to) {
    var texts = new ArrayList<String>();
    for (var i = from; i < to; i++) {
      texts.add(Integer.toHexString(groups[i]));
    }
    return String.join(":", texts);
  }
}
