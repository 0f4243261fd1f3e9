package io.gantry.agent.host;

import io.gantry.agent.ContainerId;
import io.gantry.protocol.v1.ResourceSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An OCI runtime by its command line (OCI runtime-spec v1, "Operations"). {@code create} and {@code
 * exec} are the {@link Monitor}'s to call, because it keeps the process's stdio. Calls end by their
 * deadline: a runtime that hangs is killed and reported.
 */
public interface OciRuntime {
  String name();

  Path program();

  /** Directory with the runtime's own state ({@code --root}). */
  Path root();

  String version();

  /**
   * How the {@link Monitor} calls this runtime: the command line up to the operation. What it names
   * is good until the invocation is closed, so close it once the operation has ended.
   */
  default Invocation invocation() throws IOException {
    return new Invocation(
        List.of(program().toString(), "--root", root().toString()), Map.of(), () -> {});
  }

  /**
   * As {@link #invocation}, to create a container.
   *
   * @param paths of the host that it is made of: its root, what is mounted into it, namespaces
   */
  default Invocation invocationForCreate(List<Path> paths) throws IOException {
    return invocation();
  }

  /** As {@link #invocation}, for an exec: what only creating a container needs is left out. */
  default Invocation invocationForExec() throws IOException {
    return invocation();
  }

  /**
   * @param command a program by its absolute path, and its global arguments
   * @param environment what the runtime wants to find in its environment
   */
  record Invocation(List<String> command, Map<String, String> environment, Runnable release)
      implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  void start(ContainerId id) throws IOException;

  /**
   * {@code all}: every process of the container. Not running: an {@link IOException} that says so.
   */
  void kill(ContainerId id, int signal, boolean all) throws IOException;

  /** What the runtime holds goes, running or not; absent: nothing happens. */
  void delete(ContainerId id) throws IOException;

  /**
   * What the runtime wrote about a container that runs nothing any more goes, without the runtime:
   * it has not answered. Absent: nothing happens.
   */
  void forget(ContainerId id) throws IOException;

  void update(ContainerId id, ResourceSpec resources) throws IOException;

  Optional<State> state(ContainerId id) throws IOException;

  /** {@code status}: "creating", "created", "running" or "stopped". */
  record State(String status, long pid) {}
}
