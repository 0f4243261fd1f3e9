package io.gantry.ops;

import io.gantry.agent.HostFacts;
import io.gantry.agent.host.Cgroups;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.image.registry.RegistrySettings;
import io.gantry.protocol.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** What this engine is and runs on: read once at its start, but for what may change meanwhile. */
final class Facts {
  private static final List<String> NETWORK_DRIVERS =
      List.of("bridge", "host", "ipvlan", "macvlan", "null");
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

  private final HostFacts atStart;
  private final HostWarnings warnings;

  private Facts(HostFacts atStart, HostWarnings warnings) {
    this.atStart = atStart;
    this.warnings = warnings;
  }

  static Facts of(Options options, Ports ports, RegistrySettings registries) {
    try {
      return new Facts(read(options, ports, registries), new HostWarnings(options, ports));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HostFacts now() {
    var abilities = atStart.abilities();
    var current =
        new HostFacts.Abilities(
            abilities.limits(),
            forwarding(),
            abilities.storage(),
            abilities.networkDrivers(),
            abilities.init(),
            abilities.insecureRegistries(),
            abilities.mirrors(),
            abilities.builtAt());
    return with(atStart, current, warnings.of(atStart.cgroupVersion(), current));
  }

  private static HostFacts with(
      HostFacts host, HostFacts.Abilities abilities, List<String> warnings) {
    return new HostFacts(
        host.id(),
        host.name(),
        host.gantryVersion(),
        host.startedAt(),
        host.kernelVersion(),
        host.operatingSystem(),
        host.osVersion(),
        host.architecture(),
        host.cpus(),
        host.memoryBytes(),
        host.cgroupVersion(),
        host.cgroupDriver(),
        host.securityOptions(),
        host.runtimes(),
        host.defaultRuntime(),
        host.components(),
        host.storageDriver(),
        host.stateDirectory(),
        warnings,
        abilities);
  }

  private static HostFacts read(Options options, Ports ports, RegistrySettings registries)
      throws IOException {
    var release = osRelease();
    var host = ports.host();
    var runtimes = new TreeMap<String, String>();
    host.runtimes().forEach((name, runtime) -> runtimes.put(name, runtime.program().toString()));
    var runtime = host.runtime("");
    return new HostFacts(
        hostId(ports.directories().state()),
        options.name == null ? text("/proc/sys/kernel/hostname") : options.name,
        Release.VERSION,
        Instant.now(),
        text("/proc/sys/kernel/osrelease"),
        release.getOrDefault("PRETTY_NAME", "Linux"),
        release.getOrDefault("VERSION_ID", ""),
        architecture(),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes(),
        host.cgroups().mode() == Cgroups.Mode.V2 ? "2" : "1",
        "cgroupfs",
        security(ports.abilities()),
        runtimes,
        host.defaultRuntime(),
        Map.of(runtime.name(), runtime.version(), "conmon", conmonVersion(ports.conmon())),
        "overlay2",
        ports.directories().state(),
        List.of(),
        abilities(ports, registries));
  }

  private static HostFacts.Abilities abilities(Ports ports, RegistrySettings registries)
      throws IOException {
    var insecure = new TreeSet<>(registries.insecure());
    insecure.addAll(List.of("::1/128", "127.0.0.0/8"));
    return new HostFacts.Abilities(
        ports.host().cgroups().support(),
        forwarding(),
        storage(ports.directories().state()),
        NETWORK_DRIVERS,
        ports.init(),
        List.copyOf(insecure),
        registries.mirrors().stream().map(URI::toString).toList(),
        builtAt());
  }

  /** As the overlays of this agent are mounted; the first is the disk's. */
  private static List<Map.Entry<String, String>> storage(Path state) throws IOException {
    var below = Files.getFileStore(state).type();
    return List.of(
        Map.entry("Backing Filesystem", below.matches("ext[234]") ? "extfs" : below),
        Map.entry("Using metacopy", "false"),
        Map.entry("Native Overlay Diff", "true"),
        Map.entry("userxattr", "false"));
  }

  private static List<String> security(HostAbilities abilities) {
    var options = new ArrayList<String>();
    if (abilities.defaultAppArmor().isPresent()) {
      options.add("name=apparmor");
    }
    var profile = abilities.defaultSeccomp().isPresent() ? "builtin" : "unconfined";
    if (Files.exists(Path.of("/proc/sys/kernel/seccomp"))) {
      options.add("name=seccomp,profile=" + profile);
    }
    if (Files.exists(Path.of("/proc/self/ns/cgroup"))) {
      options.add("name=cgroupns");
    }
    return options;
  }

  private static boolean forwarding() {
    try {
      return Files.readString(FORWARDING).strip().equals("1");
    } catch (IOException noSuchKernel) {
      return false;
    }
  }

  /** The time of the program's own file. */
  private static Instant builtAt() throws IOException {
    var source = Facts.class.getProtectionDomain().getCodeSource();
    return source == null
        ? Instant.EPOCH
        : Files.getLastModifiedTime(Path.of(URI.create(source.getLocation().toString())))
            .toInstant();
  }

  /** "2.1.6", from "conmon version 2.1.6". */
  private static String conmonVersion(Path conmon) throws IOException {
    var process =
        new ProcessBuilder(conmon.toString(), "--version").redirectErrorStream(true).start();
    try (var output = process.getInputStream()) {
      var told = new String(output.readNBytes(4096), StandardCharsets.UTF_8);
      return told.lines().findFirst().orElse("").replaceFirst("^conmon version ", "").strip();
    }
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> "x86_64";
      case String other -> other;
    };
  }

  /** Of the machine: the JVM's own view ends at the control group it runs in. */
  private static long memoryBytes() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemTotal:"))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
          .findFirst()
          .orElse(0);
    }
  }

  /** Made once and kept with the state: it names this host in its record. */
  private static String hostId(Path state) throws IOException {
    var file = state.resolve("host-id");
    if (!Files.exists(file)) {
      Files.writeString(file, UUID.randomUUID() + "\n");
    }
    return Files.readString(file).strip();
  }

  private static Map<String, String> osRelease() throws IOException {
    var values = new HashMap<String, String>();
    var file = Path.of("/etc/os-release");
    if (Files.exists(file)) {
      for (var line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        var equals = line.indexOf('=');
        if (equals > 0) {
          values.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
        }
      }
    }
    return values;
  }

  private static String text(String file) throws IOException {
    return Files.readString(Path.of(file)).strip();
  }
}
