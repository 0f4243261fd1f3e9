package io.gantry.ops;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * What this agent calls its devices, cgroups and its firewall table. One with the default state
 * directory is "gantry"; others, in tests, are told apart by their directory, so that several can
 * share a host.
 */
public record AgentName(String prefix) {
  private static final Path DEFAULT = Path.of("/var/lib/gantry");

  public static AgentName of(Path state) {
    if (state.equals(DEFAULT)) {
      return new AgentName("gantry");
    }
    var digest = new CRC32();
    digest.update(state.toString().getBytes(StandardCharsets.UTF_8));
    return new AgentName("gt%06x".formatted(digest.getValue() & 0xff_ffff));
  }

  public String cgroup() {
    return "/" + prefix;
  }

  String firewallTable() {
    return prefix;
  }
}
