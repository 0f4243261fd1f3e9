package io.gantry.cli;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.DeviceMapping;
import io.gantry.protocol.v1.Ulimit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How much of the host the container may use, and what it may do to it. */
final class LimitOptions {
  private static final Pattern ULIMIT =
      Pattern.compile("([a-z]+)=(-?\\d{1,18})(?::(-?\\d{1,18}))?");

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      description = "512m, 2g")
  private String memory = "";

  @Option(names = "--memory-swap", paramLabel = "SIZE", description = "Memory and swap; -1: any")
  private String memorySwap = "";

  @Option(names = "--cpus", paramLabel = "NUMBER", description = "1.5")
  private Optional<BigDecimal> cpus = Optional.empty();

  @Option(names = "--cpu-shares", paramLabel = "WEIGHT", description = "1024 is usual")
  private long cpuShares;

  @Option(names = "--cpuset-cpus", paramLabel = "LIST", description = "0-2,4")
  private String cpuset = "";

  @Option(names = "--pids-limit", paramLabel = "NUMBER", description = "Processes; -1: any number")
  private Optional<Long> pids = Optional.empty();

  @Option(
      names = "--ulimit",
      paramLabel = "NAME=SOFT[:HARD]",
      description = "nofile=1024:4096; may be repeated")
  private List<String> ulimits = new ArrayList<>();

  @Option(
      names = "--device",
      paramLabel = "PATH[:PATH[:rwm]]",
      description = "A device of the host")
  private List<String> devices = new ArrayList<>();

  @Option(names = "--cap-add", paramLabel = "CAPABILITY", description = "NET_ADMIN, ALL")
  private List<String> capabilities = new ArrayList<>();

  @Option(names = "--cap-drop", paramLabel = "CAPABILITY", description = "NET_RAW, ALL")
  private List<String> dropped = new ArrayList<>();

  @Option(
      names = "--security-opt",
      paramLabel = "OPTION",
      description = "no-new-privileges, seccomp=unconfined")
  private List<String> security = new ArrayList<>();

  @Option(names = "--privileged", description = "With all that the agent may do itself")
  private boolean privileged;

  @Option(names = "--pid", paramLabel = "MODE", description = "host, container:NAME")
  private String pidMode = "";

  @Option(names = "--ipc", paramLabel = "MODE", description = "host, private, container:NAME")
  private String ipcMode = "";

  void addTo(ContainerSpec.Builder spec) {
    var resources = spec.getResourcesBuilder().setCpuShares(cpuShares).setCpusetCpus(cpuset);
    if (!memory.isEmpty()) {
      resources.setMemoryBytes(SizeOption.parse(memory));
    }
    if (!memorySwap.isEmpty()) {
      resources.setMemorySwapBytes(memorySwap.equals("-1") ? -1 : SizeOption.parse(memorySwap));
    }
    cpus.ifPresent(number -> resources.setNanoCpus(number.movePointRight(9).longValue()));
    pids.ifPresent(resources::setPidsLimit);
    ulimits.forEach(option -> resources.addUlimits(ulimit(option)));
    devices.forEach(option -> resources.addDevices(device(option)));
    spec.getSecurityBuilder()
        .setPrivileged(privileged)
        .addAllCapAdd(capabilities)
        .addAllCapDrop(dropped)
        .addAllSecurityOpt(security)
        .setPidMode(pidMode)
        .setIpcMode(ipcMode);
  }

  private static Ulimit ulimit(String option) {
    var matcher = ULIMIT.matcher(option);
    if (!matcher.matches()) {
      throw new Failure(
          StartFailure.NOT_RUN,
          "not a ulimit: \"%s\" (expected NAME=SOFT[:HARD])".formatted(option));
    }
    var soft = Long.parseLong(matcher.group(2));
    return Ulimit.newBuilder()
        .setName(matcher.group(1))
        .setSoft(soft)
        .setHard(matcher.group(3) == null ? soft : Long.parseLong(matcher.group(3)))
        .build();
  }

  private static DeviceMapping device(String option) {
    var parts = option.split(":", 3);
    return DeviceMapping.newBuilder()
        .setPathOnHost(parts[0])
        .setPathInContainer(parts.length > 1 ? parts[1] : parts[0])
        .setCgroupPermissions(parts.length > 2 ? parts[2] : "rwm")
        .build();
  }
}
