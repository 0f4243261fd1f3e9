package io.gantry.agent.host.kernel.tree;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The memory that the calls of one tree share, and what all calls need: names in, failures out. */
abstract sealed class TreeCalls implements Closeable permits TreeAttributes {
  static final int O_RDONLY = 0;
  static final int O_CLOEXEC = 02000000;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int MAX_PATH = 4096;

  private final Arena arena = Arena.ofShared();
  final MemorySegment state = arena.allocate(FileCalls.STATE);
  final MemorySegment first = arena.allocate(MAX_PATH + 64);
  final MemorySegment second = arena.allocate(MAX_PATH + 64);
  final MemorySegment how = arena.allocate(24, 8);
  final MemorySegment stat = arena.allocate(256, 8);
  final MemorySegment times = arena.allocate(32, 8);
  final MemorySegment data = arena.allocate(256 * 1024);

  void release() {
    arena.close();
  }

  static MemorySegment leaf(MemorySegment buffer, String name) throws IOException {
    return string(buffer, requireLeaf(name));
  }

  static String requireLeaf(String name) throws IOException {
    if (name.isEmpty() || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IOException("not the name of a file: \"" + ByteStrings.toText(name) + "\"");
    }
    return name;
  }

  static MemorySegment string(MemorySegment buffer, String text) throws IOException {
    if (text.length() >= MAX_PATH || text.indexOf(0) >= 0) {
      throw TreeException.of(
          "use",
          ByteStrings.toText(text.substring(0, Math.min(80, text.length()))) + "…",
          TreeException.ENAMETOOLONG);
    }
    var bytes = ByteStrings.bytes(text);
    MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
    buffer.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
    return buffer;
  }

  long check(long result, String what, String name) throws IOException {
    if (result < 0) {
      throw TreeException.of(what, ByteStrings.toText(name), FileCalls.errno(state));
    }
    return result;
  }

  static IOException rethrow(Throwable thrown) throws IOException {
    if (thrown instanceof IOException failure) {
      throw failure;
    }
    throw FileCalls.unexpected(thrown);
  }

  void closeDescriptor(int fd) {
    try {
      int ignored = (int) FileCalls.CLOSE.invokeExact(state, fd);
    } catch (Throwable thrown) {
      throw FileCalls.unexpected(thrown);
    }
  }
}
