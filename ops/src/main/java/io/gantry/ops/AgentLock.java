package io.gantry.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether an agent works with this state directory right now. Looked at, never touched. */
final class AgentLock {
  private static final Path LOCKS = Path.of("/proc/locks");
  private static final int HOLDER_FILE = 5;

  private AgentLock() {}

  /** By the lock that it holds on its record. */
  static boolean of(Path stateDir) {
    var lock = stateDir.resolve("record").resolve("LOCK");
    try (var lines = Files.lines(LOCKS)) {
      var inode = ":" + Files.getAttribute(lock, "unix:ino");
      return lines
          .map(line -> line.strip().split("\\s+"))
          .anyMatch(fields -> fields.length > HOLDER_FILE && fields[HOLDER_FILE].endsWith(inode));
    } catch (IOException noRecord) {
      return false;
    }
  }
}
