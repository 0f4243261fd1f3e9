package io.gantry.agent.host.bundle;

import io.gantry.agent.host.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What this host lets the agent give to containers.
 *
 * @param capabilities the agent's own; no more can be granted
 * @param hardLimits of the agent's resource limits, by name in lower case; -1: unlimited
 * @param oomScoreAdj of the agent: without CAP_SYS_RESOURCE no container gets a lower one
 * @param appArmor the kernel enforces it
 * @param architecture as in seccomp profiles: "amd64", "arm64"
 * @param defaultAppArmor the profile of containers that name none; empty: they are unconfined
 * @param defaultSeccomp Docker-style profile; empty: no default, containers run unfiltered
 */
public record HostAbilities(
    Set<Capability> capabilities,
    Map<String, Long> hardLimits,
    int oomScoreAdj,
    boolean appArmor,
    Optional<String> defaultAppArmor,
    Cgroups.Mode cgroups,
    String architecture,
    Optional<SeccompProfile> defaultSeccomp) {

  static final long UNLIMITED = -1;

  boolean mayRaiseLimits() {
    return capabilities.contains(Capability.SYS_RESOURCE);
  }

  /** Reads /proc of the agent itself. {@code profile} absent: filters are only those asked for. */
  public static HostAbilities read(Cgroups.Mode cgroups, Path profile) throws IOException {
    return new HostAbilities(
        capabilitiesOfSelf(),
        limits(Files.readString(Path.of("/proc/self/limits"))),
        Integer.parseInt(Files.readString(Path.of("/proc/self/oom_score_adj")).strip()),
        AppArmor.enabled(),
        AppArmor.loaded(),
        cgroups,
        architecture(System.getProperty("os.arch")),
        Files.exists(profile)
            ? Optional.of(SeccompProfile.parse(Files.readString(profile)))
            : Optional.empty());
  }

  private static String architecture(String ofJava) {
    return ofJava.equals("aarch64") ? "arm64" : ofJava;
  }

  private static Set<Capability> capabilitiesOfSelf() throws IOException {
    var status = Files.readString(Path.of("/proc/self/status"));
    var held = mask(status, "CapPrm");
    held.retainAll(mask(status, "CapBnd"));
    return held;
  }

  private static Set<Capability> mask(String status, String field) {
    return status
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .findFirst()
        .map(line -> Capability.ofMask(line.substring(field.length() + 1).strip()))
        .orElseGet(() -> java.util.EnumSet.noneOf(Capability.class));
  }

  /** Of proc(5) limits: "Max open files 1024 4096 files". */
  static Map<String, Long> limits(String text) {
    var names =
        Map.ofEntries(
            Map.entry("cpu time", "cpu"),
            Map.entry("file size", "fsize"),
            Map.entry("data size", "data"),
            Map.entry("stack size", "stack"),
            Map.entry("core file size", "core"),
            Map.entry("resident set", "rss"),
            Map.entry("processes", "nproc"),
            Map.entry("open files", "nofile"),
            Map.entry("locked memory", "memlock"),
            Map.entry("address space", "as"),
            Map.entry("file locks", "locks"),
            Map.entry("pending signals", "sigpending"),
            Map.entry("msgqueue size", "msgqueue"),
            Map.entry("nice priority", "nice"),
            Map.entry("realtime priority", "rtprio"),
            Map.entry("realtime timeout", "rttime"));
    var limits = new HashMap<String, Long>();
    text.lines()
        .filter(line -> line.startsWith("Max "))
        .forEach(
            line -> {
              var columns = line.substring("Max ".length()).split("\\s{2,}");
              var name = names.get(columns[0]);
              if (name != null && columns.length > 2) {
                limits.put(
                    name, columns[2].equals("unlimited") ? UNLIMITED : Long.parseLong(columns[2]));
              }
            });
    return Map.copyOf(limits);
  }
}
