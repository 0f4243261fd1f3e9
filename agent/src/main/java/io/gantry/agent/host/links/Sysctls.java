package io.gantry.agent.host.links;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kernel settings without which bridges do not route. What is changed is logged, once each. */
final class Sysctls {
  private static final Logger LOG = LoggerFactory.getLogger(Sysctls.class);
  private static final Path NET = Path.of("/proc/sys/net");

  private Sysctls() {}

  /** Host-wide, and left on when the agent goes: others may rely on it by then. */
  static void forward(boolean v6) throws IOException {
    set(v6 ? "ipv6/conf/all/forwarding" : "ipv4/ip_forward", "1");
  }

  /**
   * Lets 127.0.0.1 be translated to a container behind this bridge. The firewall keeps the bridge's
   * containers from 127.0.0.0/8 in turn.
   */
  static void routeLoopback(String bridge) throws IOException {
    set("ipv4/conf/" + bridge + "/route_localnet", "1");
  }

  private static void set(String name, String wanted) throws IOException {
    var file = NET.resolve(name);
    var found = Files.readString(file).strip();
    if (!found.equals(wanted)) {
      Files.writeString(file, wanted);
      LOG.info("set net.{} to {} (it was {})", name.replace('/', '.'), wanted, found);
    }
  }
}
