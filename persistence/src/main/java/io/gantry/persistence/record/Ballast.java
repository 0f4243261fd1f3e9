package io.gantry.persistence.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is there to be given up: with nothing free on the disk at all, its room is what the
 * record of a removal is written to. Used by the writer thread alone.
 */
final class Ballast {
  private static final int CHUNK = 1 << 16;

  private final Path file;
  private final long size;
  private boolean there;

  Ballast(Path directory, long size) {
    this.file = directory.resolve("BALLAST");
    this.size = size;
  }

  boolean isThere() {
    return there || size == 0;
  }

  /** Whoever calls it has seen that there is room. Without success it is tried again later. */
  void take() {
    try {
      if (!Files.exists(file) || Files.size(file) < size) {
        write();
      }
      there = true;
    } catch (IOException full) {
      giveUp();
    }
  }

  /** In full, not as a hole. */
  private void write() throws IOException {
    var zeros = new byte[CHUNK];
    try (var out = Files.newOutputStream(file)) {
      for (var left = size; left > 0; left -= CHUNK) {
        out.write(zeros, 0, (int) Math.min(CHUNK, left));
      }
    }
  }

  void giveUp() {
    there = false;
    try {
      Files.deleteIfExists(file);
    } catch (IOException stays) {
      // Then the write that needs its room fails and says why.
      there = true;
    }
  }
}
