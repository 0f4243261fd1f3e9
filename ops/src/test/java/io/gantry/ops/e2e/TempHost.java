package io.gantry.ops.e2e;

import io.gantry.ops.e2e.Command.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A place for one agent: directories with short paths and a network namespace, so that agents of
 * several tests, and the machine's own network, do not meet. Closing it removes both.
 *
 * @param directory holds state/, run/, the sockets and the agent's log
 * @param networkNamespace its name below /run/netns
 */
record TempHost(Path directory, String networkNamespace) implements AutoCloseable {
  private static final Duration ENDED = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LOG_LINES = 60;

  static TempHost create() {
    try {
      var directory = Files.createTempDirectory(Path.of("/tmp"), "gte");
      var name = directory.getFileName().toString();
      Command.run(List.of("ip", "netns", "add", name)).succeeded();
      Command.run(List.of("ip", "-n", name, "link", "set", "lo", "up")).succeeded();
      return new TempHost(directory, name);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A place for another agent in the same network: each hears what the other's host hears. */
  TempHost beside() {
    try {
      var directory = Files.createTempDirectory(Path.of("/tmp"), "gte");
      var name = directory.getFileName().toString();
      var here = Files.createFile(Path.of("/run/netns", name)).toString();
      Command.run(List.of("mount", "--bind", "/run/netns/" + networkNamespace, here)).succeeded();
      return new TempHost(directory, name);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  Path state() {
    return directory.resolve("state");
  }

  Path run() {
    return directory.resolve("run");
  }

  Path dockerSocket() {
    return directory.resolve("docker.sock");
  }

  /** Where an agent that is told to serves all hosts of its cluster. */
  Path clusterSocket() {
    return directory.resolve("cluster.sock");
  }

  Path grpcSocket() {
    return directory.resolve("grpc.sock");
  }

  Path log() {
    return directory.resolve("agent.log");
  }

  /** The words of a command that is to run in this host's network. */
  List<String> inNetwork(List<String> words) {
    return Stream.concat(
            Stream.of("nsenter", "--net=/run/netns/" + networkNamespace), words.stream())
        .toList();
  }

  /** Processes, mounts, control groups and links of containers. */
  List<String> leftovers() {
    return new Leftovers(this).ofContainers();
  }

  /** Gantry's command line, pointed at this host's agent. */
  Command.Result gantry(String... words) {
    return gantry(List.of(words), "");
  }

  Command.Result gantry(List<String> words, String input) {
    var start =
        List.of(
            AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString(),
            "--grpc",
            "unix://" + grpcSocket());
    return Command.run(Stream.concat(start.stream(), words.stream()).toList(), input);
  }

  /** The leak audit, of this host's agent. */
  Command.Result doctor() {
    var doctor = AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString();
    return Command.run(
        inNetwork(
            List.of(
                doctor,
                "doctor",
                "--state-dir",
                state().toString(),
                "--run-dir",
                run().toString())));
  }

  /** Makes the state directory a disk of its own that is full after so much. */
  void useSmallDisk(String size) throws IOException {
    Files.createDirectory(state());
    var options = "size=" + size;
    Command.run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", state().toString()))
        .succeeded();
  }

  /** Everything that does not live on a disk goes at once: processes, mounts, devices, rules. */
  void reboot() {
    endAll().succeeded();
    Command.run(List.of("ip", "netns", "del", networkNamespace)).succeeded();
    Command.run(List.of("ip", "netns", "add", networkNamespace)).succeeded();
    Command.run(List.of("ip", "-n", networkNamespace, "link", "set", "lo", "up")).succeeded();
    Command.run(List.of("rm", "-rf", "--one-file-system", run().toString())).succeeded();
  }

  /**
   * Removes the containers that the test left and fails if anything else of the agent is left: what
   * Gantry let go of is told apart from what only the end of a test takes away. In any case nothing
   * is left afterwards.
   */
  @Override
  public void close() {
    var wrong = new ArrayList<String>();
    try {
      clearContainers();
      wrong.addAll(leftByGantry());
      var audit = doctor();
      if (audit.exit() != 0) {
        wrong.add("gantry doctor says " + audit.out() + audit.err());
      }
    } catch (RuntimeException | AssertionError failed) {
      wrong.add(failed.toString());
    }
    var log = logTail();
    var swept = endAll();
    if (swept.exit() != 0) {
      wrong.add(swept.err());
    }
    new Leftovers(this).all().forEach(left -> wrong.add("after the sweep there is " + left));
    Command.run(List.of("umount", "-l", state().toString())); // if it was a disk of its own
    Command.run(List.of("ip", "netns", "del", networkNamespace));
    Command.run(List.of("rm", "-rf", "--one-file-system", directory.toString()));
    if (Files.exists(directory)) {
      wrong.add("files are left in " + directory);
    }
    if (!wrong.isEmpty()) {
      throw new AssertionError(String.join("\n", wrong) + "\nthe agent's log:\n" + log);
    }
  }

  /** The kernel takes the devices of many namespaces away one after another, and later. */
  private List<String> leftByGantry() {
    var left = new Leftovers(this).ofContainers();
    for (var until = System.nanoTime() + ENDED.toNanos();
        !left.isEmpty() && System.nanoTime() < until;
        left = new Leftovers(this).ofContainers()) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return left.stream().map(each -> "Gantry left " + each).toList();
  }

  /**
   * As a user would. A test that ended its agent, or whose agent ended, gets another one for this.
   */
  private void clearContainers() {
    if (hasContainers()) {
      try (var agent = AgentProcess.start(this)) {
        agent.removeContainers();
      }
    }
  }

  private boolean hasContainers() {
    var containers = state().resolve("containers");
    if (!Files.isDirectory(containers)) {
      return false;
    }
    try (var entries = Files.list(containers)) {
      return entries.findAny().isPresent();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String logTail() {
    try {
      var lines = Files.readAllLines(log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException failed) {
      return failed.toString();
    }
  }

  /** What names this directory, by pid; then what is known by the agent's name. */
  private Result endAll() {
    new Leftovers(this).commands().forEach(ProcessHandle::destroyForcibly);
    Eventually.holds(
        ENDED,
        () -> {
          if (new Leftovers(this).commands().findAny().isPresent()) {
            throw new IllegalStateException("still there: " + new Leftovers(this).processes());
          }
        });
    var sweep = Path.of("dev/sweep").toAbsolutePath().toString();
    return Command.run(inNetwork(List.of(sweep, state().toString(), run().toString())));
  }
}
