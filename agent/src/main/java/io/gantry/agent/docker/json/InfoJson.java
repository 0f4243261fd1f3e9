package io.gantry.agent.docker.json;

import com.sun.management.UnixOperatingSystemMXBean;
import io.gantry.agent.HostFacts;
import io.gantry.agent.LimitSupport.Limit;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** {@code GET /info}. */
public final class InfoJson {
  private InfoJson() {}

  public static void write(
      JsonWriter json,
      HostFacts host,
      List<String> labels,
      ClusterView cluster,
      Collection<Container> containers,
      int images,
      int listeners,
      Instant now) {
    json.object(
        () -> {
          json.text("ID", host.id());
          counts(json, containers, images);
          json.text("Driver", host.storageDriver());
          driverStatus(json, host.abilities());
          plugins(json, host.abilities());
          limits(json, host);
          json.number("NFd", openDescriptors());
          json.number("NGoroutines", ManagementFactory.getThreadMXBean().getThreadCount());
          json.time("SystemTime", now);
          json.text("LoggingDriver", "json-file");
          json.text("CgroupDriver", host.cgroupDriver());
          json.text("CgroupVersion", host.cgroupVersion());
          json.number("NEventsListener", listeners);
          machine(json, host);
          json.text("HttpProxy", "");
          json.text("HttpsProxy", "");
          json.text("NoProxy", "");
          json.text("Name", host.name());
          json.texts("Labels", labels);
          json.flag("ExperimentalBuild", false);
          json.text("ServerVersion", VersionJson.COMPATIBLE);
          runtimes(json, host);
          SwarmJson.info(json, cluster);
          json.flag("LiveRestoreEnabled", true);
          json.text("Isolation", "");
          json.text("InitBinary", init(host));
          commits(json, host);
          json.object("FirewallBackend", () -> json.text("Driver", "nftables"));
          json.texts("SecurityOptions", host.securityOptions());
          json.text("ProductLicense", "");
          json.array("CDISpecDirs", () -> {});
          json.textsOrNull("Warnings", host.warnings());
        });
  }

  private static void counts(JsonWriter json, Collection<Container> containers, int images) {
    json.number("Containers", containers.size());
    json.number(
        "ContainersRunning",
        count(containers, ContainerState.RUNNING) + count(containers, ContainerState.RESTARTING));
    json.number("ContainersPaused", count(containers, ContainerState.PAUSED));
    json.number(
        "ContainersStopped",
        containers.stream().filter(one -> !StateJson.isRunning(one.getStatus())).count());
    json.number("Images", images);
  }

  private static long count(Collection<Container> containers, ContainerState state) {
    return containers.stream().filter(one -> one.getStatus().getState() == state).count();
  }

  private static void driverStatus(JsonWriter json, HostFacts.Abilities abilities) {
    json.array(
        "DriverStatus",
        () ->
            abilities
                .storage()
                .forEach(
                    status ->
                        json.array(
                            () -> {
                              json.value(status.getKey());
                              json.value(status.getValue());
                            })));
  }

  private static void plugins(JsonWriter json, HostFacts.Abilities abilities) {
    json.object(
        "Plugins",
        () -> {
          json.texts("Volume", List.of("local"));
          json.texts("Network", abilities.networkDrivers());
          json.nothing("Authorization");
          json.texts("Log", List.of("json-file", "local", "none"));
        });
  }

  private static void limits(JsonWriter json, HostFacts host) {
    var limits = host.abilities().limits();
    json.flag("MemoryLimit", limits.keeps(Limit.MEMORY));
    json.flag("SwapLimit", limits.keeps(Limit.SWAP));
    json.flag("CpuCfsPeriod", limits.keeps(Limit.CPU_QUOTA));
    json.flag("CpuCfsQuota", limits.keeps(Limit.CPU_QUOTA));
    json.flag("CPUShares", limits.keeps(Limit.CPU_SHARES));
    json.flag("CPUSet", limits.keeps(Limit.CPUSET));
    json.flag("PidsLimit", limits.keeps(Limit.PIDS));
    json.flag("OomKillDisable", limits.keeps(Limit.OOM_KILL_DISABLE));
    json.flag("IPv4Forwarding", host.abilities().forwarding());
    json.flag("Debug", false);
  }

  private static long openDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  private static String init(HostFacts host) {
    return host.abilities().init().map(file -> file.getFileName().toString()).orElse("");
  }

  private static void machine(JsonWriter json, HostFacts host) {
    json.text("KernelVersion", host.kernelVersion());
    json.text("OperatingSystem", host.operatingSystem());
    json.text("OSVersion", host.osVersion());
    json.text("OSType", "linux");
    json.text("Architecture", host.architecture());
    json.text("IndexServerAddress", "");
    registries(json, host.abilities());
    json.number("NCPU", host.cpus());
    json.number("MemTotal", host.memoryBytes());
    json.nothing("GenericResources");
    json.text("DockerRootDir", host.stateDirectory().toString());
  }

  /** Ranges of addresses and hosts stand in two places, as Docker has them. */
  private static void registries(JsonWriter json, HostFacts.Abilities abilities) {
    json.object(
        "RegistryConfig",
        () -> {
          json.texts(
              "InsecureRegistryCIDRs",
              abilities.insecureRegistries().stream().filter(InfoJson::isRange).toList());
          json.object(
              "IndexConfigs",
              () ->
                  abilities.insecureRegistries().stream()
                      .filter(name -> !isRange(name))
                      .forEach(name -> insecure(json, name)));
          json.texts("Mirrors", abilities.mirrors());
        });
  }

  private static boolean isRange(String registry) {
    return registry.contains("/");
  }

  private static void insecure(JsonWriter json, String name) {
    json.object(
        name,
        () -> {
          json.text("Name", name);
          json.array("Mirrors", () -> {});
          json.flag("Secure", false);
          json.flag("Official", false);
        });
  }

  private static void runtimes(JsonWriter json, HostFacts host) {
    json.object(
        "Runtimes",
        () ->
            host.runtimes()
                .forEach((name, path) -> json.object(name, () -> json.text("path", path))));
    json.text("DefaultRuntime", host.defaultRuntime());
  }

  /** Clients print it as "runc version": another runtime says its name with it. */
  private static void commits(JsonWriter json, HostFacts host) {
    var runtime = host.defaultRuntime();
    var version = host.components().getOrDefault(runtime, "");
    json.object("ContainerdCommit", () -> json.text("ID", ""));
    json.object(
        "RuncCommit",
        () -> json.text("ID", runtime.equals("runc") ? version : runtime + " " + version));
    json.object("InitCommit", () -> json.text("ID", ""));
  }
}
