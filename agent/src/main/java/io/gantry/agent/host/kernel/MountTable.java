package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is mounted, as {@code /proc/self/mountinfo} tells (proc(5)). */
public final class MountTable {
  private static final int FIELDS_BEFORE_OPTIONAL = 6;
  private static final int OCTAL_DIGITS = 3;

  /**
   * @param root directory of the file system that appears at {@code point}
   * @param options of the file system ("super options"), comma separated
   */
  public record Mount(String root, String point, String type, String source, String options) {}

  private MountTable() {}

  public static List<Mount> read() throws IOException {
    // Latin-1 keeps names that are no UTF-8 apart instead of failing on them.
    var text = Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1);
    return parse(text);
  }

  /** Lines of another form are left out: newer kernels may add some. */
  public static List<Mount> parse(String mountinfo) {
    var mounts = new ArrayList<Mount>();
    mountinfo.lines().forEach(line -> parseLine(line).ifPresent(mounts::add));
    return mounts;
  }

  private static Optional<Mount> parseLine(String line) {
    var fields = line.split(" ");
    for (var i = FIELDS_BEFORE_OPTIONAL; i + 3 < fields.length; i++) {
      if (fields[i].equals("-")) {
        return Optional.of(
            new Mount(
                unescaped(fields[3]),
                unescaped(fields[4]),
                fields[i + 1],
                unescaped(fields[i + 2]),
                fields[i + 3]));
      }
    }
    return Optional.empty();
  }

  /** Space, tab, newline and backslash are written as three octal digits. */
  private static String unescaped(String field) {
    if (field.indexOf('\\') < 0) {
      return utf8(field);
    }
    var text = new StringBuilder(field.length());
    for (var i = 0; i < field.length(); i++) {
      var code = field.charAt(i) == '\\' ? octal(field, i + 1) : -1;
      if (code >= 0) {
        text.append((char) code);
        i += OCTAL_DIGITS;
      } else {
        text.append(field.charAt(i));
      }
    }
    return utf8(text.toString());
  }

  private static int octal(String field, int from) {
    if (from + OCTAL_DIGITS > field.length()) {
      return -1;
    }
    var code = 0;
    for (var i = from; i < from + OCTAL_DIGITS; i++) {
      var digit = field.charAt(i) - '0';
      if (digit < 0 || digit > 7) {
        return -1;
      }
      code = code * 8 + digit;
    }
    return code <= 0xff ? code : -1;
  }

  private static String utf8(String latin1) {
    return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
