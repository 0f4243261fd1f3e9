package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * The extended header before an entry whose values do not fit ustar's fields: long names, large
 * numbers, parts of seconds, extended attributes. Sorted by key, so that the same entry gives the
 * same bytes.
 */
final class PaxHeader {
  private final Map<String, String> records = new TreeMap<>();

  static PaxHeader of(TarEntry entry) {
    var header = new PaxHeader();
    if (entry.name().length() > TarHeader.LONGEST_NAME) {
      header.records.put("path", entry.name());
    }
    if (entry.linkName().length() > TarHeader.LONGEST_NAME) {
      header.records.put("linkpath", entry.linkName());
    }
    if (entry.uid() > TarHeader.LARGEST_ID) {
      header.records.put("uid", Long.toString(entry.uid()));
    }
    if (entry.gid() > TarHeader.LARGEST_ID) {
      header.records.put("gid", Long.toString(entry.gid()));
    }
    if (entry.mtimeNanos() != 0
        || entry.mtimeSeconds() < 0
        || entry.mtimeSeconds() > TarHeader.LARGEST_OCTAL) {
      header.records.put("mtime", PaxTime.format(entry.mtimeSeconds(), entry.mtimeNanos()));
    }
    entry.attributes().forEach((name, value) -> header.records.put("SCHILY.xattr." + name, value));
    return header;
  }

  void writeTo(OutputStream out) throws IOException {
    if (records.isEmpty()) {
      return;
    }
    var bytes = new ByteArrayOutputStream();
    records.forEach((key, value) -> bytes.writeBytes(record(key, value)));
    out.write(
        new TarHeader('x', "././@PaxHeader")
            .mode(0644)
            .owner(0, 0)
            .size(bytes.size())
            .time(0)
            .bytes());
    bytes.writeTo(out);
    out.write(new byte[-bytes.size() & (TarHeader.BLOCK - 1)]);
  }

  /** "LENGTH KEY=VALUE\n", where the length counts its own digits. */
  private static byte[] record(String key, String value) {
    var rest = key.length() + value.length() + 3;
    var length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() > Integer.toString(rest).length()) {
      length = rest + Integer.toString(length).length();
    }
    return ByteStrings.bytes(length + " " + key + "=" + value + "\n");
  }
}
