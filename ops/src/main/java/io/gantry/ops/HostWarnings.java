package io.gantry.ops;

import io.gantry.agent.HostFacts;
import io.gantry.agent.LimitSupport.Limit;
import io.gantry.agent.host.bundle.Capability;
import io.gantry.agent.socket.ListenAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code docker info} warns of: Docker's own sentences where it has one. */
final class HostWarnings {
  private static final Map<Limit, String> ALWAYS =
      ordered(
          Map.entry(Limit.MEMORY, "No memory limit support"),
          Map.entry(Limit.SWAP, "No swap limit support"),
          Map.entry(Limit.CPU_QUOTA, "No cpu cfs quota support"),
          Map.entry(Limit.CPU_SHARES, "No cpu shares support"),
          Map.entry(Limit.CPUSET, "No cpuset support"),
          Map.entry(Limit.PIDS, "No pids limit support"));
  private static final Map<Limit, String> V1 =
      ordered(
          Map.entry(Limit.OOM_KILL_DISABLE, "No oom kill disable support"),
          Map.entry(Limit.IO_WEIGHT, "No blkio weight support"),
          Map.entry(Limit.IO_WEIGHT_DEVICE, "No blkio weight_device support"),
          Map.entry(Limit.IO_READ_BPS, "No blkio throttle.read_bps_device support"),
          Map.entry(Limit.IO_WRITE_BPS, "No blkio throttle.write_bps_device support"),
          Map.entry(Limit.IO_READ_IOPS, "No blkio throttle.read_iops_device support"),
          Map.entry(Limit.IO_WRITE_IOPS, "No blkio throttle.write_iops_device support"));
  private static final Map<Limit, String> V2 =
      ordered(
          Map.entry(Limit.IO_WEIGHT, "No io.weight support"),
          Map.entry(Limit.IO_WEIGHT_DEVICE, "No io.weight (per device) support"),
          Map.entry(Limit.IO_READ_BPS, "No io.max (rbps) support"),
          Map.entry(Limit.IO_WRITE_BPS, "No io.max (wbps) support"),
          Map.entry(Limit.IO_READ_IOPS, "No io.max (riops) support"),
          Map.entry(Limit.IO_WRITE_IOPS, "No io.max (wiops) support"));

  private final List<String> ofSettings = new ArrayList<>();

  HostWarnings(Options options, Ports ports) {
    unprotected(options);
    if (ports.abilities().defaultSeccomp().isEmpty()) {
      add("Containers run without a seccomp filter: there is no default profile");
    }
    ports.unconfined().ifPresent(why -> add("Containers run without an AppArmor profile: " + why));
    var lacking = EnumSet.allOf(Capability.class);
    lacking.removeAll(ports.abilities().capabilities());
    if (!lacking.isEmpty()) {
      add(
          "The agent lacks %s: no container gets them"
              .formatted(
                  lacking.stream()
                      .map(one -> "CAP_" + one.name())
                      .collect(Collectors.joining(", "))));
    }
  }

  private void unprotected(Options options) {
    for (var address : options.dockerAddresses()) {
      if (options.tls == null && ListenAddress.parse(address) instanceof ListenAddress.Tcp tcp) {
        add(
            ("API is accessible on http://%s without encryption.%n"
                    + "         Access to the remote API is equivalent to root access on the host.")
                .formatted(tcp.toString().substring("tcp://".length())));
      }
    }
  }

  private void add(String sentence) {
    ofSettings.add("WARNING: " + sentence);
  }

  List<String> of(String cgroupVersion, HostFacts.Abilities abilities) {
    var warnings = new ArrayList<>(ofSettings);
    missing(ALWAYS, abilities, warnings);
    missing(cgroupVersion.equals("2") ? V2 : V1, abilities, warnings);
    if (!abilities.forwarding()) {
      warnings.add("WARNING: IPv4 forwarding is disabled");
    }
    return warnings;
  }

  private static void missing(
      Map<Limit, String> sentences, HostFacts.Abilities abilities, List<String> warnings) {
    sentences.forEach(
        (limit, sentence) -> {
          if (!abilities.limits().keeps(limit)) {
            warnings.add("WARNING: " + sentence);
          }
        });
  }

  @SafeVarargs
  private static Map<Limit, String> ordered(Map.Entry<Limit, String>... entries) {
    var map = new LinkedHashMap<Limit, String>();
    for (var entry : entries) {
      map.put(entry.getKey(), entry.getValue());
    }
    return map;
  }
}
