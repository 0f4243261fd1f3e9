package io.gantry.ops;

import io.gantry.agent.container.Directories;
import io.gantry.agent.container.Host;
import io.gantry.agent.host.bundle.AppArmor;
import io.gantry.agent.host.bundle.BundleWriter;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.cgroup.CgroupFiles;
import io.gantry.agent.host.firewall.NftablesFirewall;
import io.gantry.agent.host.kernel.OwnMountPoint;
import io.gantry.agent.host.links.NetlinkLinks;
import io.gantry.agent.host.overlay.OverlaySnapshotter;
import io.gantry.agent.host.runtime.ConmonMonitor;
import io.gantry.agent.host.runtime.RuntimeChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The adapters to this Linux host, opened for one agent.
 *
 * @param runtimeReason why this runtime was chosen
 * @param deadline of each thing a runtime is asked to do
 * @param init program for {@code --init}
 * @param abilities what containers can be given
 * @param crowds where much is mounted, if runtimes are given copies of the table of mounts
 * @param unconfined why containers run without an AppArmor profile on a kernel that has AppArmor
 */
record Ports(
    Host host,
    BundleWriter bundles,
    Directories directories,
    AgentName name,
    Duration deadline,
    Optional<Path> init,
    Path conmon,
    HostAbilities abilities,
    Optional<String> unconfined,
    List<OwnMountPoint> crowds,
    String runtimeReason)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

  /** ID/rootfs, ID/shm. */
  private static final int MOUNTS_OF_CONTAINERS = 2;

  private static final int NAMESPACES = 1;
  private static final int READY_NAMESPACES = 4;
  private static final int KERNELS_MTU = 0;
  private static final List<String> INITS =
      List.of("docker-init", "tini-static", "tini", "catatonit");

  static Ports open(Options options) {
    try {
      return open(
          options,
          Files.createDirectories(options.stateDir).toRealPath(),
          Files.createDirectories(options.runDir).toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static Ports open(Options options, Path state, Path run) throws IOException {
    var containers = Files.createDirectories(state.resolve("containers")).toRealPath();
    var namespaces = Files.createDirectories(run.resolve("netns")).toRealPath();
    var crowds =
        RuntimeChoice.copiesMounts()
            ? Stream.of(
                    OwnMountPoint.of(containers, MOUNTS_OF_CONTAINERS),
                    OwnMountPoint.of(namespaces, NAMESPACES))
                .flatMap(Optional::stream)
                .toList()
            : List.<OwnMountPoint>of();
    try {
      return open(options, state, run, crowds);
    } catch (IOException | RuntimeException failed) {
      crowds.forEach(OwnMountPoint::close);
      throw failed;
    }
  }

  private static Ports open(Options options, Path state, Path run, List<OwnMountPoint> crowds)
      throws IOException {
    var name = AgentName.of(state);
    var cgroups = new CgroupFiles(Path.of("/sys/fs/cgroup"), Path.of("/proc"), name.cgroup());
    var unconfined = AppArmor.load(RuntimeChoice.find("apparmor_parser"));
    unconfined.ifPresent(why -> LOG.warn("containers run without an AppArmor profile: {}", why));
    var abilities = HostAbilities.read(cgroups.mode(), SeccompFile.find());
    var deadline = Duration.ofSeconds(Math.max(1, options.runtimeDeadline));
    var conmon =
        RuntimeChoice.find("conmon")
            .orElseThrow(() -> new IOException("conmon is not installed on this host"));
    var choice =
        RuntimeChoice.make(
            new RuntimeChoice.Settings(
                Optional.ofNullable(options.runtime), conmon, run, crowds, deadline),
            abilities,
            cgroups);
    var links =
        new NetlinkLinks(name.prefix(), run.resolve("netns"), KERNELS_MTU, READY_NAMESPACES);
    var firewall = new NftablesFirewall(name.firewallTable(), deadline);
    var host =
        new Host(
            new ConmonMonitor(conmon, run, abilities),
            choice.byName(),
            choice.defaultName(),
            new OverlaySnapshotter(state.resolve("containers")),
            links,
            firewall,
            cgroups);
    var init = INITS.stream().map(RuntimeChoice::find).flatMap(Optional::stream).findFirst();
    return new Ports(
        host,
        new BundleWriter(abilities),
        new Directories(state, run),
        name,
        deadline,
        init,
        conmon,
        abilities,
        unconfined,
        crowds,
        choice.reason());
  }

  /** Takes away what only an agent needs, unless containers run. May be repeated. */
  @Override
  public void close() {
    crowds.forEach(OwnMountPoint::close);
  }
}
