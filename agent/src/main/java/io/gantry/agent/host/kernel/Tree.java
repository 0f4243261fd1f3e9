package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Deletes a directory tree that strangers made. Works beneath one directory descriptor: follows no
 * link, enters no mount, and needs neither stack nor descriptors in proportion to the tree's depth.
 */
public final class Tree {
  private static final int AT_REMOVEDIR = 0x200;
  private static final int DEEPEST = 40;
  private static final int PASSES = 10;
  private static final int FS_IOC_GETFLAGS = 0x80086601;
  private static final int IMMUTABLE_OR_APPEND_ONLY = 0x10 | 0x20;

  private final Descriptor base;
  private final Path shown;
  private final Deque<String> hoisted = new ArrayDeque<>();
  private int hoists;

  private Tree(Descriptor base, Path shown) {
    this.base = base;
    this.shown = shown;
  }

  /**
   * Deletes {@code path}, whatever it is. Not there: nothing happens. Fails with the first entry
   * that cannot go; what went before it is gone.
   */
  public static void delete(Path path) throws IOException {
    Blocking.runLong(
        () -> {
          var directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
          try (var base = Descriptor.directory(directory)) {
            new Tree(base, directory).run(path.getFileName().toString());
          } catch (SystemCallFailed failed) {
            if (failed.errno() != Errno.ENOENT) {
              throw failed;
            }
          }
          return true;
        });
  }

  private void run(String name) throws IOException {
    var raw = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    hoists = 0;
    delete(base, raw, 0, shown.toString());
    while (!hoisted.isEmpty()) {
      delete(base, hoisted.pop(), 0, shown.toString());
    }
  }

  private void delete(Descriptor directory, String name, int depth, String above)
      throws IOException {
    var path = above + "/" + name;
    var result = unlink(directory, name, 0);
    if (result == -Errno.EISDIR) {
      deleteDirectory(directory, name, depth, path);
    } else if (result < 0 && result != -Errno.ENOENT) {
      throw refused(directory, name, path, (int) -result);
    }
  }

  private void deleteDirectory(Descriptor directory, String name, int depth, String path)
      throws IOException {
    for (var pass = 0; pass < PASSES; pass++) {
      var result = unlink(directory, name, AT_REMOVEDIR);
      if (result >= 0 || result == -Errno.ENOENT) {
        return;
      }
      if (result != -Errno.ENOTEMPTY && result != -Errno.EEXIST) {
        throw refused(directory, name, path, (int) -result);
      }
      if (depth >= DEEPEST) {
        hoist(directory, name, path);
        return;
      }
      empty(directory, name, depth, path);
    }
    throw new IOException("delete " + path + ": something keeps adding files to it");
  }

  private void empty(Descriptor directory, String name, int depth, String path) throws IOException {
    try (var inner = Beneath.child(directory, name, Beneath.O_RDONLY | Beneath.O_DIRECTORY)) {
      for (var batch = DirectoryReader.batch(inner);
          !batch.isEmpty();
          batch = DirectoryReader.batch(inner)) {
        for (var entry : batch) {
          if (entry.directory()) {
            deleteDirectory(inner, entry.name(), depth + 1, path + "/" + entry.name());
          } else {
            delete(inner, entry.name(), depth + 1, path);
          }
        }
      }
    } catch (SystemCallFailed failed) {
      if (failed.errno() == Errno.EXDEV) {
        throw new IOException("delete " + path + ": a file system is mounted there");
      }
      throw failed;
    }
  }

  /** A directory too deep for recursion is moved up beside the tree and deleted from there. */
  private void hoist(Descriptor directory, String name, String path) throws IOException {
    var upper =
        ".gantry-deep-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + hoists++;
    try (var memory = new Strings()) {
      var result =
          Native.call(
              Call.RENAMEAT2,
              directory.number(),
              memory.bytes(name),
              base.number(),
              memory.bytes(upper),
              0);
      SystemCallFailed.check(result, Call.RENAMEAT2, path);
    }
    hoisted.push(upper);
  }

  private static long unlink(Descriptor directory, String name, int flags) {
    try (var memory = new Strings()) {
      return Native.call(Call.UNLINKAT, directory.number(), memory.bytes(name), flags);
    }
  }

  private static IOException refused(Descriptor directory, String name, String path, int errno) {
    if (errno == Errno.EPERM && (protectedFile(directory, name) || protectedFile(directory, "."))) {
      return new IOException(
          "delete " + path + ": it or its directory has the attribute immutable or append-only");
    }
    return new SystemCallFailed("delete " + path, errno);
  }

  private static boolean protectedFile(Descriptor directory, String name) {
    try (var file = Beneath.child(directory, name, Beneath.O_NONBLOCK);
        var memory = new Strings()) {
      var flags = memory.block(Long.BYTES);
      return Native.call(Call.IOCTL, file.number(), FS_IOC_GETFLAGS, flags.address()) >= 0
          && (flags.get(JAVA_INT, 0) & IMMUTABLE_OR_APPEND_ONLY) != 0;
    } catch (IOException unreadable) {
      return false;
    }
  }
}
