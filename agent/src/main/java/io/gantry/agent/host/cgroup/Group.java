package io.gantry.agent.host.cgroup;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.PidFd;
import io.gantry.agent.host.kernel.SystemCallFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** One group in one hierarchy, with the groups that the container made below it. */
record Group(ContainerId id, Path directory) {
  private static final int KILL = 9;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final int DEEPEST = 64;

  boolean exists() {
    return Files.isDirectory(directory);
  }

  List<Long> processes() throws IOException {
    var pids = new TreeSet<Long>();
    for (var group : withDescendants()) {
      for (var line : GroupFiles.text(group.resolve("cgroup.procs")).split("\n")) {
        if (!line.isEmpty()) {
          pids.add(GroupFiles.number(line));
        }
      }
    }
    // A process of another pid namespace than ours reads as 0.
    pids.remove(0L);
    return List.copyOf(pids);
  }

  /** Kills what is in the group, through a hold on each process that is checked to be in it. */
  void kill() throws IOException {
    var atOnce = directory.resolve("cgroup.kill");
    if (Files.exists(atOnce)) {
      Files.writeString(atOnce, "1");
      return;
    }
    for (var pid : processes()) {
      try (var process = PidFd.open(pid)) {
        var membership = GroupFiles.text(Path.of("/proc/" + pid + "/cgroup"));
        if (membership.contains(id.value())) {
          process.signal(KILL);
        }
      } catch (SystemCallFailed failed) {
        if (failed.errno() != Errno.ESRCH) {
          throw failed;
        }
      }
    }
  }

  /** False: something is in it still. */
  boolean tryRemove() throws IOException {
    for (var group : withDescendants()) {
      try {
        Files.deleteIfExists(group);
      } catch (NoSuchFileException gone) {
        continue;
      } catch (DirectoryNotEmptyException madeMeanwhile) {
        return false;
      } catch (IOException busy) {
        if (Files.exists(group)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Repeats a step until it says true. */
  static void await(String what, Duration patience, Attempt attempt) throws IOException {
    var end = System.nanoTime() + patience.toNanos();
    while (!attempt.succeeds()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(what + ": not done after " + patience.toSeconds() + " s");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  interface Attempt {
    boolean succeeds() throws IOException;
  }

  /** Deepest first. */
  private List<Path> withDescendants() throws IOException {
    var groups = new ArrayList<Path>();
    if (exists()) {
      try (Stream<Path> tree = Files.walk(directory, DEEPEST)) {
        tree.filter(Files::isDirectory).forEach(groups::add);
      } catch (UncheckedIOException vanished) {
        if (exists()) {
          throw vanished.getCause();
        }
      }
    }
    groups.sort(Comparator.reverseOrder());
    return groups;
  }
}
