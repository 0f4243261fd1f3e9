package io.gantry.ops.e2e;

import io.gantry.ops.AgentName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
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

  Path state() {
    return directory.resolve("state");
  }

  Path run() {
    return directory.resolve("run");
  }

  Path dockerSocket() {
    return directory.resolve("docker.sock");
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

  /** Mounts, and processes by their command line, that belong to this host. */
  List<String> leftovers() {
    try (var mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      var name = directory.toString();
      return Stream.concat(
              mounts.filter(line -> line.contains(name)).map(line -> "mount " + line),
              processes().map(process -> "process " + process.pid() + " " + commandLine(process)))
          .toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
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

  /** Those that have this host's directory in their words, and those in its agent's cgroups. */
  private Stream<ProcessHandle> processes() {
    var cgroup = AgentName.of(state()).cgroup() + "/";
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                commandLine(process).contains(directory.toString())
                    || text(process, "cgroup").contains(cgroup));
  }

  private static String commandLine(ProcessHandle process) {
    return text(process, "cmdline").replace('\0', ' ');
  }

  private static String text(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (IOException _) {
      return ""; // it has ended
    }
  }

  /** Everything that does not live on a disk goes at once: processes, mounts, devices, rules. */
  void reboot() {
    endAll();
    Command.run(List.of("ip", "netns", "del", networkNamespace)).succeeded();
    Command.run(List.of("ip", "netns", "add", networkNamespace)).succeeded();
    Command.run(List.of("ip", "-n", networkNamespace, "link", "set", "lo", "up")).succeeded();
    Command.run(List.of("rm", "-rf", "--one-file-system", run().toString())).succeeded();
  }

  /** Also what a failed test left: processes are ended, mounts detached. */
  @Override
  public void close() {
    endAll();
    var sweep = Path.of("dev/sweep").toAbsolutePath().toString();
    Command.run(inNetwork(List.of(sweep, state().toString())));
    Command.run(List.of("ip", "netns", "del", networkNamespace));
    Command.run(List.of("rm", "-rf", "--one-file-system", directory.toString()));
  }

  private void endAll() {
    processes().forEach(ProcessHandle::destroyForcibly);
    Eventually.holds(
        ENDED,
        () -> {
          if (processes().findAny().isPresent()) {
            throw new IllegalStateException("still there: " + leftovers());
          }
        });
    leftovers().stream()
        .filter(line -> line.startsWith("mount "))
        .map(line -> line.split(" ")[2])
        .sorted(Comparator.reverseOrder())
        .forEach(mount -> Command.run(List.of("umount", "-l", mount)));
  }
}
