package io.gantry.agent.host.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Small files of the kernel that may be absent or vanish between two reads. */
final class GroupFiles {
  private static final int ENODEV_TEXT_LIMIT = 200;

  private GroupFiles() {}

  /** Empty: no such file, or its group went away while it was read. */
  static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException | NotDirectoryException absent) {
      return "";
    } catch (IOException failed) {
      if (!Files.exists(file.getParent()) || isGone(failed)) {
        return "";
      }
      throw failed;
    }
  }

  /** A file of a group that is being removed reads as "No such device". */
  private static boolean isGone(IOException failed) {
    var message = String.valueOf(failed.getMessage());
    return message.length() < ENODEV_TEXT_LIMIT && message.contains("No such device");
  }

  /** Zero: absent, or no number ("max"). */
  static long number(Path file) throws IOException {
    return number(text(file));
  }

  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException none) {
      // "max", or beyond 63 bits, which is how version 1 of some kernels writes "no limit".
      return 0;
    }
  }

  /** Lines of a name and a number, as in memory.stat. Others are left out. */
  static Map<String, Long> table(Path file) throws IOException {
    return table(text(file));
  }

  static Map<String, Long> table(String text) {
    var table = new LinkedHashMap<String, Long>();
    for (var line : text.split("\n")) {
      var space = line.indexOf(' ');
      if (space > 0) {
        parsed(line.substring(space + 1))
            .ifPresent(value -> table.put(line.substring(0, space), value));
      }
    }
    return table;
  }

  private static Optional<Long> parsed(String digits) {
    try {
      return Optional.of(Long.parseLong(digits.strip()));
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }
}
