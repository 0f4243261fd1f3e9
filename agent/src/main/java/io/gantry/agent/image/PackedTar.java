package io.gantry.agent.image;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that packs what is written to it, quickly rather than well: packing is what a layer's
 * arrival would wait for. Closing closes the file whatever fails before.
 */
final class PackedTar extends FilterOutputStream {
  /** Half the time of level 1, and a fifth more room for a Debian. */
  private static final int LEVEL = -3;

  private final OutputStream file;

  private PackedTar(OutputStream file) throws IOException {
    super(new ZstdOutputStream(file, LEVEL));
    this.file = file;
  }

  static PackedTar create(Path path) throws IOException {
    var file = Files.newOutputStream(path);
    try {
      return new PackedTar(file);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  /** What packs does not close its file when its last write fails. */
  @Override
  public void close() throws IOException {
    try (file) {
      out.close();
    }
  }
}
