package io.gantry.agent.build;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.OpenFile;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Compression;
import io.gantry.agent.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;

/** Archives that ADD unpacks: tar, also packed by gzip, bzip2, xz or zstd. */
final class Archives {
  private static final int BLOCK = 512;

  private Archives() {}

  /** By its first bytes, never by its name. */
  static boolean isArchive(SourceTree from, SourceTree.Found found) throws IOException {
    if (found.status().type() != FileStatus.REGULAR) {
      return false;
    }
    try (var in = Compression.unpack(open(from, found))) {
      var start = in.readNBytes(BLOCK);
      return TarReader.isHeader(start, start.length);
    } catch (BadImage noArchive) {
      return false;
    }
  }

  static void unpack(SourceTree from, SourceTree.Found found, Tree to, String below)
      throws IOException {
    try (var in = Compression.unpack(open(from, found))) {
      new ContextUnpacker(to, below, in).unpack();
    }
  }

  private static InputStream open(SourceTree from, SourceTree.Found found) throws IOException {
    try (var parent = from.tree().directory(found.parent())) {
      return new FileBytes(from.tree().openFile(parent, found.leaf()));
    }
  }

  private static final class FileBytes extends InputStream {
    private final OpenFile file;

    FileBytes(OpenFile file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return file.read(bytes, offset, length);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
