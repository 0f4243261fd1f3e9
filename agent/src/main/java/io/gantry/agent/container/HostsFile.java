package io.gantry.agent.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;

/**
 * A running container's /etc/hosts when it comes to a network or leaves one. What the container has
 * written into the file itself stays, so lines come and go and the rest is not looked at. The file
 * is changed in place, because it is mounted into the container.
 */
final class HostsFile {
  /** A file that a container has made larger than this is left to it. */
  private static final long LARGEST = 1 << 20;

  private HostsFile() {}

  /** Lines that are there already are not written again. */
  static void add(Path file, Collection<String> lines) throws IOException {
    if (!isOurs(file)) {
      return;
    }
    var text = read(file);
    var added = new StringBuilder(text.isEmpty() || text.endsWith("\n") ? "" : "\n");
    var present = text.lines().toList();
    lines.stream()
        .filter(line -> !present.contains(line))
        .forEach(line -> added.append(line).append('\n'));
    Files.writeString(file, added, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
  }

  /** Only whole lines as {@link #add} or the start wrote them. */
  static void remove(Path file, Collection<String> lines) throws IOException {
    if (!isOurs(file)) {
      return;
    }
    var kept = new StringBuilder();
    for (var line : read(file).split("(?<=\n)")) {
      if (!lines.contains(line.strip())) {
        kept.append(line);
      }
    }
    var bytes = ByteBuffer.wrap(kept.toString().getBytes(StandardCharsets.ISO_8859_1));
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var size = bytes.remaining();
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
      channel.truncate(size);
    }
  }

  private static boolean isOurs(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) <= LARGEST;
  }

  /** Every byte is a character, so that what is not text comes back as it was. */
  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
