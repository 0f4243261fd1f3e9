package io.gantry.agent.image.registry;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/**
 * A registry by the name that images have it by.
 *
 * @param name "docker.io", "localhost:5000"
 */
record Host(String name) {
  private static final String DOCKER_HUB = "docker.io";

  /** The address that answers for it. Docker's own registry lives elsewhere than its name says. */
  String address() {
    return isDockerHub() ? "registry-1.docker.io" : name;
  }

  boolean isDockerHub() {
    return name.equals(DOCKER_HUB);
  }

  static Host of(URI uri) {
    return new Host(uri.getAuthority());
  }

  private String withoutPort() {
    var colon = name.lastIndexOf(':');
    var bare = colon < 0 || name.endsWith("]") ? name : name.substring(0, colon);
    return bare.startsWith("[") && bare.endsWith("]") ? bare.substring(1, bare.length() - 1) : bare;
  }

  /** Loopback and what the settings name: TLS is tried first, and without it may follow. */
  boolean mayBeInsecure(Iterable<String> insecure) {
    for (var one : insecure) {
      if (one.equals(name) || one.equals(withoutPort())) {
        return true;
      }
    }
    return addresses().stream()
        .anyMatch(
            address -> {
              if (address.isLoopbackAddress()) {
                return true;
              }
              for (var one : insecure) {
                if (one.indexOf('/') > 0 && isWithin(address, one)) {
                  return true;
                }
              }
              return false;
            });
  }

  private List<InetAddress> addresses() {
    try {
      return List.of(InetAddress.getAllByName(withoutPort()));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  static boolean isWithin(InetAddress address, String network) {
    var slash = network.indexOf('/');
    try {
      var base = InetAddress.ofLiteral(network.substring(0, slash)).getAddress();
      var bits = Integer.parseInt(network.substring(slash + 1));
      var mine = address.getAddress();
      if (mine.length != base.length || bits < 0 || bits > 8 * base.length) {
        return false;
      }
      for (var i = 0; i < bits; i++) {
        var mask = 0x80 >> (i % 8);
        if ((mine[i / 8] & mask) != (base[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
