package io.gantry.ops;

import io.gantry.agent.HostFacts;
import io.gantry.agent.host.Cgroups;
import io.gantry.protocol.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What this engine is and runs on, read once at its start. */
final class Facts {
  private Facts() {}

  static HostFacts of(Options options, Ports ports) {
    try {
      return read(options, ports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HostFacts read(Options options, Ports ports) throws IOException {
    var release = osRelease();
    var host = ports.host();
    var runtimes = new HashMap<String, String>();
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
        List.of("name=seccomp,profile=builtin"),
        runtimes,
        host.defaultRuntime(),
        Map.of(runtime.name(), runtime.version(), "conmon", conmonVersion(ports.conmon())),
        "overlay2",
        ports.directories().state(),
        new ArrayList<>());
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

  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean bean
        ? bean.getTotalMemorySize()
        : 0;
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
