package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.Bundles;
import io.gantry.agent.container.Connection;
import io.gantry.agent.host.Cgroups;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.bundle.BundleWriter;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.cgroup.CgroupFiles;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.StringList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A directory with a busybox root file system, a real runtime and conmon. Cleans up on close. */
final class Rig implements AutoCloseable {
  /** System property: the control group of another rig, which cleans up. */
  static final String GROUP = "gantry.test.group";

  static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "true",
          "false",
          "cat",
          "sleep",
          "echo",
          "env",
          "id",
          "stty",
          "seq",
          "head",
          "yes",
          "ls",
          "kill",
          "pwd",
          "tr",
          "dd",
          "mount",
          "grep",
          "nproc",
          "hostname");

  final Path directory;
  final Path root;
  final HostAbilities host;
  final OciRuntime runtime;
  final ConmonMonitor monitor;
  private final BundleWriter writer;
  final String group =
      System.getProperty(GROUP, "gantry-test-" + ContainerId.random().abbreviated());
  private final List<ContainerId> made = new ArrayList<>();

  Rig(Path directory, String name) throws IOException {
    this.directory = directory;
    this.root = rootFileSystem(directory.resolve("root"));
    this.host =
        HostAbilities.read(Cgroups.Mode.HYBRID, Path.of("/usr/share/containers/seccomp.json"));
    var choice =
        RuntimeChoice.make(
            new RuntimeChoice.Settings(
                Optional.of(name),
                Path.of("/usr/bin/conmon"),
                directory.resolve("run"),
                List.of(),
                DEADLINE),
            host,
            new CgroupFiles(Path.of("/sys/fs/cgroup"), Path.of("/proc"), "/" + group));
    this.runtime = choice.byName().get(name);
    this.writer = new BundleWriter(host);
    this.monitor = new ConmonMonitor(Path.of("/usr/bin/conmon"), directory.resolve("run"), host);
  }

  /** Another run directory for the same containers. */
  Rig(Path directory, Path root, Rig other) {
    this.directory = directory;
    this.root = root;
    this.host = other.host;
    this.writer = other.writer;
    this.runtime = other.runtime;
    this.monitor = new ConmonMonitor(Path.of("/usr/bin/conmon"), directory.resolve("run"), host);
  }

  static Path rootFileSystem(Path root) throws IOException {
    for (var each : List.of("bin", "proc", "sys", "dev", "etc", "tmp")) {
      Files.createDirectories(root.resolve(each));
    }
    if (!Files.exists(root.resolve("bin/busybox"))) {
      Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
      for (var applet : APPLETS) {
        Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
      }
      Files.writeString(
          root.resolve("etc/passwd"),
          "root:x:0:0:root:/root:/bin/sh\nann:x:7:8::/home/ann:/bin/sh\n");
      Files.writeString(root.resolve("etc/group"), "root:x:0:\nann:x:8:\nstaff:x:50:ann\n");
      Files.writeString(root.resolve("bin/noexec"), "#!/bin/sh\n");
    }
    return root;
  }

  ContainerId id() {
    var id = ContainerId.random();
    made.add(id);
    return id;
  }

  List<String> bundle(ContainerId id, UnaryOperator<ContainerSpec.Builder> shape, String... command)
      throws IOException {
    var bundle = bundleOf(id);
    Files.createDirectories(bundle);
    for (var file : List.of("hosts", "hostname", "resolv.conf")) {
      Files.writeString(bundle.resolve(file), "");
    }
    var spec =
        ContainerSpec.newBuilder()
            .setProcess(
                ProcessSpec.newBuilder()
                    .setCmd(StringList.newBuilder().addAllValues(List.of(command))));
    var container = Container.newBuilder().setId(id.value()).setSpec(shape.apply(spec)).build();
    return writer
        .write(
            new Bundles.Plan(
                id,
                bundle,
                container,
                root,
                id.abbreviated(),
                new Connection(
                    new Connection.Kind.Fresh(), Map.of(), Map.of(), List.of(), List.of(), false),
                bundle.resolve("hosts"),
                bundle.resolve("hostname"),
                bundle.resolve("resolv.conf"),
                Map.of(),
                Map.of(),
                "/" + group + "/" + id.value(),
                Optional.empty(),
                Optional.empty()))
        .warnings();
  }

  static ContainerSpec.Builder withTerminal(ContainerSpec.Builder spec) {
    spec.getProcessBuilder().setTty(true).setOpenStdin(true);
    return spec;
  }

  Path bundleOf(ContainerId id) {
    return directory.resolve("containers").resolve(id.value());
  }

  Path log(ContainerId id) {
    return bundleOf(id).resolve("container.log");
  }

  Monitor.Launch launch(ContainerId id, long incarnation) {
    return launch(id, incarnation, false, false);
  }

  Monitor.Launch launch(ContainerId id, long incarnation, boolean tty, boolean stdin) {
    return new Monitor.Launch(
        id,
        incarnation,
        bundleOf(id),
        List.of(),
        runtime,
        tty,
        stdin,
        true,
        Optional.of(log(id)),
        0,
        1,
        Optional.empty());
  }

  @Override
  public void close() throws IOException {
    for (var id : made) {
      monitor.remove(id);
      runtime.delete(id);
    }
    for (var hierarchy : Hierarchies.mounted()) {
      Files.deleteIfExists(hierarchy.resolve(group));
    }
  }
}
