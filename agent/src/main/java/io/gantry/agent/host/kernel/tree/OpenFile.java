package io.gantry.agent.host.kernel.tree;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A file of a {@link Tree}, open for reading or for writing. Used by the thread that uses the tree;
 * close it.
 */
public final class OpenFile implements Closeable {
  private static final int SEEK_SET = 0;
  private final TreeCalls tree;
  private final int fd;
  private final String name;

  OpenFile(TreeCalls tree, int fd, String name) {
    this.tree = tree;
    this.fd = fd;
    this.name = name;
  }

  public void write(byte[] bytes, int offset, int length) throws IOException {
    var done = 0;
    while (done < length) {
      var chunk = (int) Math.min(length - done, tree.data.byteSize());
      MemorySegment.copy(bytes, offset + done, tree.data, ValueLayout.JAVA_BYTE, 0, chunk);
      done += (int) writeOnce(chunk);
    }
  }

  private long writeOnce(long length) throws IOException {
    try {
      return tree.check(
          (long) FileCalls.WRITE.invokeExact(tree.state, fd, tree.data, length), "write", name);
    } catch (Throwable thrown) {
      throw TreeCalls.rethrow(thrown);
    }
  }

  /** Up to {@code length} bytes; -1 at the end. */
  public int read(byte[] bytes, int offset, int length) throws IOException {
    var want = Math.min(length, tree.data.byteSize());
    try {
      long got =
          tree.check(
              (long) FileCalls.READ.invokeExact(tree.state, fd, tree.data, want), "read", name);
      MemorySegment.copy(tree.data, ValueLayout.JAVA_BYTE, 0, bytes, offset, (int) got);
      return got == 0 && length > 0 ? -1 : (int) got;
    } catch (Throwable thrown) {
      throw TreeCalls.rethrow(thrown);
    }
  }

  public void seek(long position) throws IOException {
    try {
      tree.check(
          (long) FileCalls.LSEEK.invokeExact(tree.state, fd, position, SEEK_SET), "seek in", name);
    } catch (Throwable thrown) {
      throw TreeCalls.rethrow(thrown);
    }
  }

  public void truncate(long size) throws IOException {
    try {
      tree.check((int) FileCalls.FTRUNCATE.invokeExact(tree.state, fd, size), "truncate", name);
    } catch (Throwable thrown) {
      throw TreeCalls.rethrow(thrown);
    }
  }

  public void sync() throws IOException {
    try {
      tree.check((int) FileCalls.FSYNC.invokeExact(tree.state, fd), "sync", name);
    } catch (Throwable thrown) {
      throw TreeCalls.rethrow(thrown);
    }
  }

  @Override
  public void close() {
    tree.closeDescriptor(fd);
  }
}
