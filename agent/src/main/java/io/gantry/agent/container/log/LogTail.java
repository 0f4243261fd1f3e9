package io.gantry.agent.container.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where the last lines of a file begin, found from its end. Pieces of a line count as one line. */
final class LogTail {
  private static final int BLOCK = 128 * 1024;
  private static final int HEADER = 64;

  private LogTail() {}

  /**
   * @param lines how many of them the file has at least, at most as many as were asked for
   */
  record Start(long position, int lines) {}

  /** A line begins where the one before has ended and was no piece; so one is looked back. */
  static Start find(FileChannel file, long size, int wanted) throws IOException {
    if (wanted <= 0) {
      return new Start(size, 0);
    }
    var block = new byte[BLOCK + HEADER];
    var lines = 0;
    var candidate = -1L;
    for (var to = size; to > 0; ) {
      var from = Math.max(0, to - BLOCK);
      var length = (int) Math.min(size - from, to - from + HEADER);
      read(file, block, length, from);
      for (var i = (int) (to - from) - 1; i >= 0; i--) {
        if (block[i] != '\n' || from + i == size - 1) {
          continue;
        }
        if (candidate >= 0 && !piece(block, i + 1, length) && ++lines == wanted) {
          return new Start(candidate, lines);
        }
        candidate = from + i + 1;
      }
      if (from == 0 && candidate >= 0 && !piece(block, 0, length) && ++lines == wanted) {
        return new Start(candidate, lines);
      }
      to = from;
    }
    return new Start(0, size > 0 ? lines + 1 : 0);
  }

  /** The tag is what follows the second space. */
  private static boolean piece(byte[] block, int at, int length) {
    var end = Math.min(length, at + HEADER);
    var spaces = 0;
    for (var i = at; i + 1 < end && block[i] != '\n'; i++) {
      if (block[i] == ' ' && ++spaces == 2) {
        return block[i + 1] == 'P';
      }
    }
    return false;
  }

  private static void read(FileChannel file, byte[] into, int length, long position)
      throws IOException {
    var buffer = ByteBuffer.wrap(into, 0, length);
    while (buffer.hasRemaining() && file.read(buffer, position + buffer.position()) >= 0) {
      // A file may be shorter by now; what is missing is zeros, which are no newlines.
    }
  }
}
