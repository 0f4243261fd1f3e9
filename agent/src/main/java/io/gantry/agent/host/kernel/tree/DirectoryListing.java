package io.gantry.agent.host.kernel.tree;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** One reading of a directory's names, by getdents64. */
final class DirectoryListing implements Closeable {
  private static final int BUFFER = 32768;
  private final Tree tree;
  private final Tree.Directory directory;
  private final int fd;

  DirectoryListing(Tree tree, Tree.Directory directory) throws IOException {
    this.tree = tree;
    this.directory = directory;
    this.fd = tree.reopen(directory);
  }

  void addTo(List<String> names) throws IOException {
    for (var length = fill(); length > 0; length = fill()) {
      for (long at = 0; at < length; ) {
        // struct linux_dirent64: u64 ino, s64 off, u16 length of the entry, u8 type, name
        var entry = tree.data.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16) & 0xffff;
        var bytes = tree.data.asSlice(at + 19, entry - 19).toArray(ValueLayout.JAVA_BYTE);
        var end = 0;
        while (end < bytes.length && bytes[end] != 0) {
          end++;
        }
        var name = ByteStrings.of(bytes, 0, end);
        if (!name.equals(".") && !name.equals("..")) {
          names.add(name);
        }
        at += entry;
      }
    }
  }

  private long fill() throws IOException {
    try {
      return tree.check(
          (long) FileCalls.GETDENTS.invokeExact(tree.state, fd, tree.data, (long) BUFFER),
          "list",
          directory.child("."));
    } catch (Throwable thrown) {
      throw TreeCalls.rethrow(thrown);
    }
  }

  @Override
  public void close() {
    tree.closeDescriptor(fd);
  }
}
