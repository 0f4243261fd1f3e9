package io.gantry.agent.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/** How a tar is packed. Told by its first bytes, never by what anyone says about it. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD,
  XZ,
  BZIP2;

  private static final int XZ_MEMORY_KIB = 128 << 10;

  static Compression of(byte[] start, int length) {
    if (begins(start, length, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (begins(start, length, 0x28, 0xb5, 0x2f, 0xfd)) {
      return ZSTD;
    }
    if (begins(start, length, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    return begins(start, length, 'B', 'Z', 'h') ? BZIP2 : NONE;
  }

  /** The bytes that were packed. Whoever reads them must bound how many that may be. */
  public static InputStream unpack(InputStream in) throws IOException {
    var buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(8);
    var start = buffered.readNBytes(6);
    buffered.reset();
    var compression = of(start, start.length);
    return compression == NONE ? buffered : Decompression.of(buffered, compression::decompressor);
  }

  private InputStream decompressor(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .get();
      case ZSTD -> new ZstdCompressorInputStream(in);
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(XZ_MEMORY_KIB)
              .get();
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
    };
  }

  private static boolean begins(byte[] start, int length, int... magic) {
    if (length < magic.length) {
      return false;
    }
    for (var i = 0; i < magic.length; i++) {
      if ((start[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
