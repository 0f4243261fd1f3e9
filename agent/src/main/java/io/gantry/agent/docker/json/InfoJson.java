package io.gantry.agent.docker.json;

import io.gantry.agent.HostFacts;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** {@code GET /info}. */
public final class InfoJson {
  private InfoJson() {}

  public static void write(
      JsonWriter json, HostFacts host, Collection<Container> containers, int images, Instant now) {
    json.object(
        () -> {
          json.text("ID", host.id());
          counts(json, containers, images);
          json.text("Driver", host.storageDriver());
          json.array("DriverStatus", () -> {});
          plugins(json);
          abilities(json);
          json.number("NFd", 0);
          json.number("NGoroutines", Thread.activeCount());
          json.time("SystemTime", now);
          json.text("LoggingDriver", "json-file");
          json.text("CgroupDriver", host.cgroupDriver());
          json.text("CgroupVersion", host.cgroupVersion());
          json.number("NEventsListener", 0);
          machine(json, host);
          json.text("HttpProxy", "");
          json.text("HttpsProxy", "");
          json.text("NoProxy", "");
          json.text("Name", host.name());
          json.array("Labels", () -> {});
          json.flag("ExperimentalBuild", false);
          json.text("ServerVersion", VersionJson.COMPATIBLE);
          runtimes(json, host);
          swarm(json);
          json.flag("LiveRestoreEnabled", true);
          json.text("Isolation", "");
          json.text("InitBinary", "");
          commits(json, host);
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

  private static void plugins(JsonWriter json) {
    json.object(
        "Plugins",
        () -> {
          json.texts("Volume", List.of("local"));
          json.texts("Network", List.of("bridge", "host", "null"));
          json.nothing("Authorization");
          json.texts("Log", List.of("json-file", "local", "none"));
        });
  }

  private static void abilities(JsonWriter json) {
    for (var name :
        List.of(
            "MemoryLimit",
            "SwapLimit",
            "CpuCfsPeriod",
            "CpuCfsQuota",
            "CPUShares",
            "CPUSet",
            "PidsLimit",
            "IPv4Forwarding")) {
      json.flag(name, true);
    }
    json.flag("Debug", false);
    json.flag("OomKillDisable", false);
  }

  private static void machine(JsonWriter json, HostFacts host) {
    json.text("KernelVersion", host.kernelVersion());
    json.text("OperatingSystem", host.operatingSystem());
    json.text("OSVersion", host.osVersion());
    json.text("OSType", "linux");
    json.text("Architecture", host.architecture());
    json.text("IndexServerAddress", "");
    json.object(
        "RegistryConfig",
        () -> {
          json.array("InsecureRegistryCIDRs", () -> {});
          json.object("IndexConfigs", () -> {});
          json.array("Mirrors", () -> {});
        });
    json.number("NCPU", host.cpus());
    json.number("MemTotal", host.memoryBytes());
    json.nothing("GenericResources");
    json.text("DockerRootDir", host.stateDirectory().toString());
  }

  private static void runtimes(JsonWriter json, HostFacts host) {
    json.object(
        "Runtimes",
        () ->
            host.runtimes()
                .forEach((name, path) -> json.object(name, () -> json.text("path", path))));
    json.text("DefaultRuntime", host.defaultRuntime());
  }

  private static void swarm(JsonWriter json) {
    json.object(
        "Swarm",
        () -> {
          json.text("NodeID", "");
          json.text("NodeAddr", "");
          json.text("LocalNodeState", "inactive");
          json.flag("ControlAvailable", false);
          json.text("Error", "");
          json.nothing("RemoteManagers");
        });
  }

  private static void commits(JsonWriter json, HostFacts host) {
    for (var name : List.of("ContainerdCommit", "RuncCommit", "InitCommit")) {
      json.object(
          name,
          () ->
              json.text(
                  "ID",
                  name.equals("RuncCommit")
                      ? host.components().getOrDefault(host.defaultRuntime(), "")
                      : ""));
    }
  }
}
