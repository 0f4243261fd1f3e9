package io.gantry.agent.image;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where the parts of one layer lie below its directory: {@code fs/} the files, {@code tar.zst} the
 * tar they came from (a tar made anew would have another digest), {@code layer.properties} its
 * numbers, written last.
 */
record LayerFiles(Path home) {
  Path files() {
    return home.resolve("fs");
  }

  private Path tar() {
    return home.resolve("tar.zst");
  }

  private Path numbers() {
    return home.resolve("layer.properties");
  }

  /**
   * For the packed bytes: close it apart from {@link #pack}, which does not when its last write
   * fails.
   */
  OutputStream writeTar() throws IOException {
    return Files.newOutputStream(tar());
  }

  static OutputStream pack(OutputStream file) throws IOException {
    return new ZstdOutputStream(file, 1);
  }

  InputStream readTar() throws IOException {
    return Compression.unpack(Files.newInputStream(tar()));
  }

  void writeNumbers(long size, long tarSize) throws IOException {
    Files.writeString(
        numbers(), "size=%d\ntar-size=%d\n".formatted(size, tarSize), StandardCharsets.US_ASCII);
  }

  Layer read(Digest diffId) throws IOException {
    var numbers = new Properties();
    try (var reader = Files.newBufferedReader(numbers(), StandardCharsets.US_ASCII)) {
      numbers.load(reader);
    }
    return new Layer(diffId, files(), number(numbers, "size"), number(numbers, "tar-size"));
  }

  private long number(Properties numbers, String key) throws IOException {
    try {
      return Long.parseLong(numbers.getProperty(key, ""));
    } catch (NumberFormatException e) {
      throw new IOException("layer %s is damaged: no %s in its numbers".formatted(home, key), e);
    }
  }
}
