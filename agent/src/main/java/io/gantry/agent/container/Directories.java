package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a container's files are: what must outlive a reboot below the state directory, the rest
 * below the run directory.
 */
public record Directories(Path state, Path run) {
  /** The writable layer's home, the log and the files mounted into the container. */
  public Path container(ContainerId id) {
    return state.resolve("containers").resolve(id.value());
  }

  public Path bundle(ContainerId id) {
    return container(id);
  }

  public Path log(ContainerId id) {
    return container(id).resolve("container.log");
  }

  public Path hosts(ContainerId id) {
    return container(id).resolve("hosts");
  }

  public Path hostname(ContainerId id) {
    return container(id).resolve("hostname");
  }

  public Path resolvConf(ContainerId id) {
    return container(id).resolve("resolv.conf");
  }

  /**
   * Where /dev/shm is mounted of a container that shares it. Its bundle's writer knows this too.
   */
  public Path sharedMemory(ContainerId id) {
    return bundle(id).resolve("shm");
  }

  public Path networkNamespace(ContainerId id) {
    return run.resolve("netns").resolve(id.value());
  }

  /** Of a container with a user namespace of its own, while it runs. */
  Path mapping(ContainerId id) {
    return mappings().resolve(id.value());
  }

  /** Where those are, by the containers' ids. */
  public Path mappings() {
    return run.resolve("mapped");
  }

  /** What a launch found out, kept for an agent that dies before it could record it. */
  public Path launchNote(ContainerId id) {
    return run.resolve("containers").resolve(id.value()).resolve("launch.pb");
  }

  public Path layer(String diffId) {
    return state.resolve("layers").resolve(diffId.substring(diffId.indexOf(':') + 1)).resolve("fs");
  }

  /** Containers that have a directory of their own. */
  public Set<ContainerId> containers() throws IOException {
    var home = state.resolve("containers");
    if (!Files.isDirectory(home)) {
      return Set.of();
    }
    try (var entries = Files.list(home)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{64}"))
          .map(ContainerId::new)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /** The files the agent wrote for it. The writable layer went before, beneath a descriptor. */
  public void remove(ContainerId id) throws IOException {
    try {
      Files.walkFileTree(container(id), new Deletion());
    } catch (NoSuchFileException e) {
      // It is gone: that is what was wanted.
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
        throws IOException {
      Files.deleteIfExists(visited);
      return FileVisitResult.CONTINUE;
    }
  }
}
