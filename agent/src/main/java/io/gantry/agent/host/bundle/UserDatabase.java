package io.gantry.agent.host.bundle;

import io.gantry.agent.host.kernel.Beneath;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.SystemCallFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A container's /etc/passwd and /etc/group, at most one MiB of each. They are the image's, so they
 * are opened beneath its root and a line that makes no sense is no line.
 */
public record UserDatabase(List<String> passwd, List<String> group) {
  private static final int LONGEST = 1 << 20;
  public static final UserDatabase EMPTY = new UserDatabase(List.of(), List.of());

  public static UserDatabase read(Path root) throws IOException {
    try (var directory = Descriptor.directory(root)) {
      return new UserDatabase(lines(directory, "/etc/passwd"), lines(directory, "/etc/group"));
    }
  }

  private static List<String> lines(Descriptor root, String path) throws IOException {
    Descriptor file;
    try {
      file = Beneath.inRoot(root, path, Beneath.O_RDONLY | Beneath.O_NONBLOCK, 0);
    } catch (SystemCallFailed missing) {
      return List.of();
    }
    try (file) {
      // A device or a FIFO of that name would not end or not begin.
      if (!Files.isRegularFile(file.path())) {
        return List.of();
      }
      try (InputStream in = Files.newInputStream(file.path())) {
        return new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1).lines().toList();
      }
    }
  }
}
