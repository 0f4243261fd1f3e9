package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Native memory of one call: C strings (UTF-8) and zeroed blocks, freed together. */
final class Strings implements AutoCloseable {
  private static final int POINTER = 8;

  private final Arena arena = Arena.ofConfined();

  long at(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("NUL in \"" + text.replace("\0", "\\0") + '"');
    }
    return arena.allocateFrom(text, StandardCharsets.UTF_8).address();
  }

  /** Text whose characters are the bytes of a name of unknown encoding. */
  long bytes(String latin1) {
    return arena.allocateFrom(latin1, StandardCharsets.ISO_8859_1).address();
  }

  /** A NULL-terminated array of strings, as for argv. */
  long vector(List<String> texts) {
    var vector = arena.allocate((texts.size() + 1L) * POINTER, POINTER);
    for (var i = 0; i < texts.size(); i++) {
      vector.setAtIndex(JAVA_LONG, i, at(texts.get(i)));
    }
    return vector.address();
  }

  MemorySegment block(long size) {
    return arena.allocate(size, POINTER);
  }

  @Override
  public void close() {
    arena.close();
  }
}
