package io.gantry.agent.host.runtime;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.PidFd;
import io.gantry.agent.host.kernel.SystemCallFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process of this boot. A pid alone may be another's by now; with the start time (clock ticks
 * since boot, proc(5) stat field 22) it is not.
 */
record ProcessIdentity(long pid, long startTicks) {
  private static final int STATE = 0;
  private static final int START_TIME = 19;

  /** Empty: there is no such process, or only its zombie. */
  static Optional<ProcessIdentity> of(long pid) throws IOException {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException gone) {
      // The process went between open and read (ESRCH).
      if (!Files.exists(Path.of("/proc/" + pid))) {
        return Optional.empty();
      }
      throw gone;
    }
    // The command's name may hold spaces and brackets: fields count from behind its last bracket.
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return fields[STATE].equals("Z") || fields[STATE].equals("X")
        ? Optional.empty()
        : Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[START_TIME])));
  }

  /** From a file written by {@link #text}; empty when it says nothing usable. */
  static Optional<ProcessIdentity> parse(String text) {
    var parts = text.strip().split(" ");
    try {
      return parts.length == 2
          ? Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
          : Optional.empty();
    } catch (NumberFormatException cut) {
      return Optional.empty();
    }
  }

  String text() {
    return pid + " " + startTicks + "\n";
  }

  boolean alive() throws IOException {
    return of(pid).filter(this::equals).isPresent();
  }

  /** A hold on this very process; empty when it has ended. */
  Optional<PidFd> hold() throws IOException {
    PidFd hold;
    try {
      hold = PidFd.open(pid);
    } catch (SystemCallFailed gone) {
      return Optional.empty();
    }
    if (alive()) {
      return Optional.of(hold);
    }
    hold.close();
    return Optional.empty();
  }

  /** False: it had ended already. */
  boolean signal(int signal) throws IOException {
    var hold = hold();
    if (hold.isEmpty()) {
      return false;
    }
    try (var held = hold.get()) {
      return held.signal(signal);
    }
  }

  /** A duplicate of its descriptor of this number. Empty: it has ended. */
  Optional<Descriptor> descriptor(int number) throws IOException {
    var hold = hold();
    if (hold.isEmpty()) {
      return Optional.empty();
    }
    try (var held = hold.get()) {
      return Optional.of(held.take(number));
    }
  }
}
