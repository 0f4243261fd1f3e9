package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.agent.host.Monitor;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything between the recorded wish and the running process. */
public final class Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

  private final Host host;
  private final Connector connector;
  private final Volumed volumes;
  private final Bundles bundles;
  private final Directories directories;
  private final NetworkFiles networkFiles;
  private final LaunchNotes notes;
  private final SharedMemory sharedMemory;
  private final LegacyLinks links;
  private final UserMapping mapping;
  private final Remover remover;
  private final Board board;
  private final PendingAttachments attachments;
  private final Settings settings;
  private final InstantSource clock;

  /**
   * @param deadline of each call to the runtime
   * @param init program for {@code --init}; empty: none on this host
   * @param cgroupParent of containers that name none
   */
  public record Settings(Duration deadline, Optional<Path> init, String cgroupParent) {}

  public Launcher(
      Host host,
      Connector connector,
      Volumed volumes,
      Bundles bundles,
      Directories directories,
      Remover remover,
      Board board,
      PendingAttachments attachments,
      Settings settings,
      InstantSource clock) {
    this.host = host;
    this.connector = connector;
    this.volumes = volumes;
    this.bundles = bundles;
    this.directories = directories;
    this.networkFiles = new NetworkFiles(directories);
    this.notes = new LaunchNotes(directories);
    this.sharedMemory = new SharedMemory(directories);
    this.links = new LegacyLinks(board);
    this.mapping = new UserMapping(directories);
    this.remover = remover;
    this.board = board;
    this.attachments = attachments;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Adopts the run where an earlier agent got as far as that; else starts it. Leaves nothing behind
   * on failure.
   */
  Report launch(ContainerId id, Facts facts, long incarnation) {
    try {
      var noted = notes.read(id, incarnation);
      if (noted.isPresent() && exists(id, noted.get())) {
        return adopt(id, facts, noted.get());
      }
      return start(id, facts, incarnation);
    } catch (IOException | RuntimeException | InterruptedException e) {
      return failed(id, facts, incarnation, e);
    }
  }

  private Report failed(ContainerId id, Facts facts, long incarnation, Exception failure) {
    var message = words(failure);
    LOG.info("container {} did not start: {}", id.abbreviated(), message);
    attachments.giveUp(id, message);
    // A removal may have interrupted this; the clean-up still has to be done.
    var interrupted = Thread.interrupted();
    try {
      remover.release(id, facts, incarnation);
    } catch (IOException | RuntimeException e) {
      LOG.warn("cannot clean up after container {}", id.abbreviated(), e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Report.LaunchFailed(
        incarnation, Failures.exitCode(message), message, clock.instant());
  }

  /** The container is gone: whoever attached to its next run need not wait for it. */
  void forget(ContainerId id) {
    attachments.giveUp(id, "container %s was removed".formatted(id.abbreviated()));
  }

  private static String words(Exception failure) {
    return switch (failure) {
      case Monitor.CreateFailed refused -> {
        var message = Failures.message(refused);
        var shim = message.startsWith("OCI runtime") ? "failed to create shim task: " : "";
        yield "failed to create task for container: " + shim + message;
      }
      case InterruptedException _ -> "the start was given up for the container's removal";
      default -> Failures.message(failure);
    };
  }

  /**
   * By this file many programs know that they run in a container. It must be made new, so that no
   * link in an image leads out of the root.
   */
  private static void markAsContainer(Path root) throws IOException {
    try {
      Files.createFile(root.resolve(".dockerenv"));
    } catch (FileAlreadyExistsException e) {
      // From an earlier start, or the image's own.
    }
  }

  private Report start(ContainerId id, Facts facts, long incarnation)
      throws IOException, InterruptedException {
    var container = links.applied(facts.container());
    Files.createDirectories(directories.container(id));
    var layers = facts.layers().stream().map(directories::layer).toList();
    var ids = UserMapping.of(container.getSpec());
    if (!ids.isAll()) {
      mapping.ensure(id, ids);
    }
    var root = host.snapshotter().mount(id, layers, ids);
    markAsContainer(root);
    var connection = connector.connect(id, container);
    networkFiles.write(id, container, connection);
    sharedMemory.mount(id, container.getSpec());
    var volumes = volumes(id, container, new MountedRoot(root, ids));
    if (!ids.isAll()) {
      mapping.own(
          ids,
          root.resolve(".dockerenv"),
          directories.hosts(id),
          directories.hostname(id),
          directories.resolvConf(id));
      volumes = mapping.mapped(id, volumes);
    }
    var written =
        bundles.write(
            new Bundles.Plan(
                id,
                directories.bundle(id),
                container,
                root,
                networkFiles.hostname(id, container, connection),
                connection,
                directories.hosts(id),
                directories.hostname(id),
                directories.resolvConf(id),
                volumes,
                joined(container),
                host.cgroups().path(id, container.getSpec().getResources().getCgroupParent()),
                init(container),
                ids.isAll()
                    ? Optional.empty()
                    : Optional.of(new Bundles.UserNamespace(mapping.namespace(id), ids))));
    var created =
        host.monitor().create(plan(id, facts, incarnation, written.paths()), settings.deadline());
    var launched =
        new Report.Launched(
            incarnation,
            created.pid(),
            created.monitorPid(),
            connection.endpoints(),
            connection.ports(),
            List.of(),
            written.warnings(),
            clock.instant());
    notes.write(id, launched);
    attachments.connect(host.monitor(), id, incarnation);
    host.runtime(facts).start(id);
    return launched;
  }

  private Monitor.Launch plan(ContainerId id, Facts facts, long incarnation, List<Path> paths) {
    var spec = facts.container().getSpec();
    var process = spec.getProcess();
    var log = spec.getLog();
    return new Monitor.Launch(
        id,
        incarnation,
        directories.bundle(id),
        paths,
        host.runtime(facts),
        process.getTty(),
        process.getOpenStdin(),
        process.getStdinOnce(),
        log.getDriver().equals("none") ? Optional.empty() : Optional.of(directories.log(id)),
        LogOptions.maxBytes(log),
        LogOptions.maxFiles(log),
        connector.kept(id));
  }

  private boolean exists(ContainerId id, Report.Launched noted) throws IOException {
    if (host.monitor().alive(id, noted.incarnation())) {
      return true;
    }
    var exit =
        host.monitor().exit(id, noted.incarnation(), noted.monitorPid()).toCompletableFuture();
    return exit.isDone() && !exit.isCompletedExceptionally();
  }

  private Report adopt(ContainerId id, Facts facts, Report.Launched noted) throws IOException {
    var runtime = host.runtime(facts);
    var state = runtime.state(id);
    if (state.isPresent() && state.get().status().equals("created")) {
      runtime.start(id);
    }
    connector.restore(
        facts.container().toBuilder()
            .setStatus(
                facts.container().getStatus().toBuilder()
                    .putAllEndpoints(noted.endpoints())
                    .putAllPorts(noted.ports()))
            .build());
    return noted;
  }

  private Map<String, Path> volumes(ContainerId id, Container container, MountedRoot root)
      throws IOException {
    var prepared = new HashMap<String, Path>();
    for (var mount : container.getStatus().getMountsList()) {
      if (mount.getType().equals("volume")) {
        prepared.put(
            mount.getDestination(), volumes.prepare(id, mount, root, asked(container, mount)));
      }
    }
    return prepared;
  }

  private static Optional<MountSpec> asked(Container container, MountPoint mount) {
    return container.getSpec().getStorage().getMountsList().stream()
        .filter(spec -> spec.getTarget().equals(mount.getDestination()))
        .findFirst();
  }

  private Map<String, Long> joined(Container container) throws IOException {
    var joined = new HashMap<String, Long>();
    var security = container.getSpec().getSecurity();
    join(joined, "pid", security.getPidMode());
    join(joined, "ipc", security.getIpcMode());
    return joined;
  }

  private void join(Map<String, Long> joined, String namespace, String mode) throws IOException {
    if (mode.startsWith("container:")) {
      var other = mode.substring("container:".length());
      var pid = board.find(other).map(one -> one.getStatus().getPid()).orElse(0L);
      if (pid == 0) {
        throw new IOException(
            "cannot join %s of a non running container: %s"
                .formatted(namespace.toUpperCase(Locale.ROOT), other));
      }
      if (namespace.equals("ipc")
          && !board.find(other).map(one -> SharedMemory.isShareable(one.getSpec())).orElse(false)) {
        throw new IOException(
            "cannot join IPC of container %s: non-shareable IPC (hint: use IpcMode:shareable for the donor container)"
                .formatted(other));
      }
      joined.put(namespace, pid);
    }
  }

  private Optional<Path> init(Container container) throws IOException {
    if (!container.getSpec().getInit()) {
      return Optional.empty();
    }
    if (settings.init().isEmpty()) {
      throw new IOException(
          "cannot run with --init: none of docker-init, tini, catatonit is installed on this host");
    }
    return settings.init();
  }
}
