package io.gantry.agent.build;

import io.gantry.agent.fetch.RemoteFile;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What ADD and a build take from an address: into a file, hashed on the way, so that nothing of it
 * is held in memory, and not more than a bound, so that no stranger fills the disk.
 */
final class Downloads {
  private static final long LARGEST = 8L << 30;

  private Downloads() {}

  /** {@code name}: the last part of the address. */
  record Fetched(String name, Path file, Digest digest) {}

  static boolean isRemote(String source) {
    return source.startsWith("http://") || source.startsWith("https://");
  }

  /**
   * Into a new file of {@code directory}, whose owner deletes it.
   *
   * @param checksum "sha256:…" that the content must have
   */
  static Fetched fetch(String address, Optional<String> checksum, Path directory)
      throws BuildFailed, IOException, InterruptedException {
    if (checksum.isPresent() && !Digest.isDigest(checksum.get())) {
      throw new BuildFailed("invalid checksum \"%s\"".formatted(checksum.get()));
    }
    var uri = uri(address);
    var path = String.valueOf(uri.getPath());
    var name = path.substring(path.lastIndexOf('/') + 1);
    if (name.isEmpty()) {
      throw new BuildFailed("cannot determine filename for source %s".formatted(address));
    }
    var file = Files.createTempFile(directory, "download", "");
    var found = into(file, uri, address, LARGEST);
    if (checksum.isPresent() && !checksum.get().equals(found.toString())) {
      throw new BuildFailed("digest mismatch %s: %s".formatted(found, checksum.get()));
    }
    return new Fetched(name, file, found);
  }

  /** What is there, under whatever name, as a new file of {@code directory}. */
  static Path content(String address, Path directory)
      throws BuildFailed, IOException, InterruptedException {
    var file = Files.createTempFile(directory, "download", "");
    into(file, uri(address), address, LARGEST);
    return file;
  }

  private static URI uri(String address) throws BuildFailed {
    try {
      return URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new BuildFailed("invalid URL %s".formatted(address));
    }
  }

  /** Everything from there. More than {@code most} bytes fail, and leave what came by then. */
  static Digest into(Path file, URI uri, String address, long most)
      throws BuildFailed, InterruptedException {
    try (var body = RemoteFile.open(uri);
        var out = Files.newOutputStream(file)) {
      return copied(body, out, address, most);
    } catch (IllegalArgumentException e) {
      throw new BuildFailed("invalid URL %s: %s".formatted(address, e.getMessage()));
    } catch (IOException e) {
      throw new BuildFailed(String.valueOf(e.getMessage()));
    }
  }

  private static Digest copied(InputStream body, OutputStream out, String address, long most)
      throws IOException, BuildFailed {
    var hasher = Digest.hasher();
    var buffer = new byte[1 << 16];
    long size = 0;
    for (int got; (got = body.read(buffer)) >= 0; ) {
      size += got;
      if (size > most) {
        throw new BuildFailed("%s is larger than %d bytes".formatted(address, most));
      }
      hasher.update(buffer, 0, got);
      out.write(buffer, 0, got);
    }
    return Digest.ofHash(hasher.digest());
  }
}
