package io.gantry.agent.host.links;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kernel settings of the calling thread's network namespace: without some of them bridges do not
 * route, which concerns the whole host, so a change is logged.
 */
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

  /**
   * Takes IP version 6 from a device that is not up yet. One that has it tells the whole bridge
   * about itself, several times: a start among 300 containers takes 2.5 times as long as the first
   * by that.
   */
  static void disableVersion6(String device) throws IOException {
    var file = NET.resolve("ipv6/conf/" + device + "/disable_ipv6");
    if (Files.exists(file)) { // A kernel may be without it.
      Files.writeString(file, "1");
    }
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
