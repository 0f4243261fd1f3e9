package io.gantry.agent.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * Where the parts of one layer lie below its directory: {@code fs/} the files, then the tar they
 * came from (a tar made anew would have another digest), as {@code blob} the way a registry has it
 * or as {@code tar.zst} packed by us, and {@code layer.properties} its numbers, written last.
 */
record LayerFiles(Path home) {
  Path files() {
    return home.resolve("fs");
  }

  private Path tar() {
    return home.resolve("tar.zst");
  }

  Path blob() {
    return home.resolve("blob");
  }

  private Path numbers() {
    return home.resolve("layer.properties");
  }

  /** Packs the tar that is written to it. */
  OutputStream packedTar() throws IOException {
    return PackedTar.create(tar());
  }

  InputStream readTar() throws IOException {
    InputStream packed;
    try {
      packed = Files.newInputStream(blob());
    } catch (NoSuchFileException e) {
      packed = Files.newInputStream(tar());
    }
    return Compression.unpack(packed);
  }

  /**
   * @param blob the digest of the packed bytes, where a registry knows them
   */
  void writeNumbers(long size, long tarSize, Optional<Digest> blob) throws IOException {
    var text = new StringBuilder("size=%d\ntar-size=%d\n".formatted(size, tarSize));
    blob.ifPresent(digest -> text.append("blob=").append(digest.hex()).append('\n'));
    var draft = home.resolve("layer.properties.new");
    Files.writeString(draft, text, StandardCharsets.US_ASCII);
    Files.move(draft, numbers(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** From now on the layer's tar is this file, which a registry has too. Linked, not moved. */
  void adopt(PackedLayer packed) throws IOException {
    Files.deleteIfExists(blob());
    Files.createLink(blob(), packed.file());
  }

  /** Everything that {@link #adopt} and the numbers changed is on the disk when this returns. */
  void sync() throws IOException {
    ContentStore.sync(blob());
    ContentStore.sync(numbers());
    ContentStore.sync(home);
  }

  /** Frees what {@link #adopt} has made superfluous. */
  void forgetOwnPacking() throws IOException {
    Files.deleteIfExists(tar());
  }

  Optional<PackedLayer> packed() throws IOException {
    var digest = readNumbers().getProperty("blob", "");
    return digest.isEmpty() || !Files.exists(blob())
        ? Optional.empty()
        : Optional.of(new PackedLayer(new Digest(digest), blob(), Files.size(blob())));
  }

  Layer read(Digest diffId) throws IOException {
    var numbers = readNumbers();
    return new Layer(diffId, files(), number(numbers, "size"), number(numbers, "tar-size"));
  }

  private Properties readNumbers() throws IOException {
    var numbers = new Properties();
    try (var reader = Files.newBufferedReader(numbers(), StandardCharsets.US_ASCII)) {
      numbers.load(reader);
    }
    return numbers;
  }

  private long number(Properties numbers, String key) throws IOException {
    try {
      return Long.parseLong(numbers.getProperty(key, ""));
    } catch (NumberFormatException e) {
      throw new IOException("layer %s is damaged: no %s in its numbers".formatted(home, key), e);
    }
  }
}
