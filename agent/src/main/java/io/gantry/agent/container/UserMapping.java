package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.IdRange;
import io.gantry.agent.host.kernel.MappedMounts;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import io.gantry.agent.host.kernel.UserNamespaces;
import io.gantry.protocol.v1.ContainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.TreeMap;

/**
 * The user namespace of a container that has one of its own: bound below the run directory while
 * the container runs, with its volumes beside it, mapped. All of it may be made and taken away
 * again; a reboot takes it away.
 */
public final class UserMapping {
  private static final String NAMESPACE = "user";

  private final Directories directories;

  public UserMapping(Directories directories) {
    this.directories = directories;
  }

  /** The host's ids that the container has; all of them without a user namespace of its own. */
  public static IdRange of(ContainerSpec spec) {
    var security = spec.getSecurity();
    return security.hasIds()
        ? new IdRange(security.getIds().getFirst(), security.getIds().getSize())
        : IdRange.ALL;
  }

  /** Where it is bound. */
  Path namespace(ContainerId id) {
    return directories.mapping(id).resolve(NAMESPACE);
  }

  /** Fails where the container's root could not reach its own files. */
  void ensure(ContainerId id, IdRange ids) throws IOException {
    open(directories.container(id));
    var path = namespace(id);
    Files.createDirectories(directories.mapping(id));
    if (!NetworkNamespaces.isBound(path)) {
      try (var made = UserNamespaces.create(ids)) {
        UserNamespaces.bind(made, path);
      }
    }
  }

  /** The runtime looks up the root file system as the container's root, who is no root here. */
  private static void open(Path directory) throws IOException {
    for (var each = directory; each != null; each = each.getParent()) {
      if (!Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        throw new IOException(
            "a container with a user namespace of its own cannot reach its files: %s may be searched by its owner alone"
                .formatted(each));
      }
    }
  }

  /** Files that the agent made for it: its root's. */
  void own(IdRange ids, Path... files) throws IOException {
    for (var file : files) {
      Files.setAttribute(file, "unix:uid", (int) ids.first());
      Files.setAttribute(file, "unix:gid", (int) ids.first());
    }
  }

  /** The same volumes, their owners mapped. Those of an earlier run are taken away first. */
  Map<String, Path> mapped(ContainerId id, Map<String, Path> volumes) throws IOException {
    releaseVolumes(id);
    var mapped = new TreeMap<String, Path>();
    try (var namespace = Descriptor.open(namespace(id), 0)) {
      for (var volume : volumes.entrySet()) {
        var place =
            Files.createDirectories(directories.mapping(id).resolve("volume-" + mapped.size()));
        MappedMounts.bind(volume.getValue(), place, namespace);
        mapped.put(volume.getKey(), place);
      }
    }
    return mapped;
  }

  private void releaseVolumes(ContainerId id) throws IOException {
    try (var entries = Files.newDirectoryStream(directories.mapping(id), "volume-*")) {
      for (var entry : entries) {
        Mounts.detach(entry);
        // Fails, and takes nothing away, should anything be mounted there still.
        Files.delete(entry);
      }
    } catch (NoSuchFileException none) {
      // It has none.
    }
  }

  /** None there: nothing happens. */
  public void release(ContainerId id) throws IOException {
    if (Files.isDirectory(directories.mapping(id))) {
      releaseVolumes(id);
      Mounts.detach(namespace(id));
      Files.deleteIfExists(namespace(id));
      Files.deleteIfExists(directories.mapping(id));
    }
  }
}
