package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** getdents64(2), a batch at a time, without "." and "..". */
final class DirectoryReader {
  private static final int BATCH_BYTES = 16 * 1024;
  private static final int LENGTH_AT = 16;
  private static final int TYPE_AT = 18;
  private static final int NAME_AT = 19;
  private static final byte TYPE_DIRECTORY = 4;

  private DirectoryReader() {}

  /** {@code name}: bytes as Latin-1, because file names need not be UTF-8. */
  record Entry(String name, boolean directory) {}

  /** Empty: the end. */
  static List<Entry> batch(Descriptor directory) throws IOException {
    try (var memory = new Strings()) {
      var buffer = memory.block(BATCH_BYTES);
      var entries = new ArrayList<Entry>();
      while (entries.isEmpty()) {
        var result =
            Native.call(Call.GETDENTS64, directory.number(), buffer.address(), BATCH_BYTES);
        SystemCallFailed.check(result, Call.GETDENTS64, "read a directory");
        if (result == 0) {
          return entries;
        }
        for (var at = 0L; at < result; at += buffer.get(JAVA_SHORT_UNALIGNED, at + LENGTH_AT)) {
          var name = buffer.getString(at + NAME_AT, java.nio.charset.StandardCharsets.ISO_8859_1);
          if (!name.equals(".") && !name.equals("..")) {
            entries.add(new Entry(name, buffer.get(JAVA_BYTE, at + TYPE_AT) == TYPE_DIRECTORY));
          }
        }
      }
      return entries;
    }
  }
}
