package io.gantry.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * This host's {@code tar}, which packs and unpacks what is copied. It neither follows links that an
 * archive brings nor leaves its directory (GNU tar, "Dealing with symbolic links that may be
 * dangerous"), which matters: the archive is a container's word.
 */
final class TarProgram implements AutoCloseable {
  private static final int CHUNK_BYTES = 256 * 1024;

  private final Process process;
  private final CompletableFuture<String> complaints;

  private TarProgram(List<String> words) {
    try {
      process = new ProcessBuilder(words).start();
    } catch (IOException failed) {
      throw new Failure("cannot start tar: " + failed.getMessage());
    }
    complaints =
        CompletableFuture.supplyAsync(
            () -> {
              try (var errors = process.getErrorStream()) {
                return new String(errors.readNBytes(CHUNK_BYTES), StandardCharsets.UTF_8);
              } catch (IOException failed) {
                return failed.toString();
              }
            });
  }

  /** Into a directory; {@code levels} of leading names are left out. */
  static TarProgram unpack(Path directory, int levels, boolean owners) {
    return new TarProgram(
        List.of(
            "tar",
            "-x",
            "-p",
            owners ? "--same-owner" : "--no-same-owner",
            "--numeric-owner",
            "--strip-components=" + levels,
            "-C",
            directory.toString()));
  }

  /** What {@code name} in a directory is, called {@code called} in the tar. */
  static TarProgram pack(Path directory, String name, String called, boolean owners) {
    var words = new ArrayList<>(List.of("tar", "-c", "--format=pax", "--numeric-owner"));
    if (!owners) {
      words.addAll(List.of("--owner=0", "--group=0"));
    }
    if (!name.equals(called)) {
      words.add(
          "--transform=s\u0001^%s\\(/\\|$\\)\u0001%s\\1\u0001rhS"
              .formatted(
                  name.replaceAll("[\\\\.\\[\\]*^$]", "\\\\$0"),
                  called.replaceAll("[\\\\&]", "\\\\$0")));
    }
    words.addAll(List.of("-C", directory.toString(), "--", name));
    return new TarProgram(words);
  }

  void take(ByteString piece) throws IOException {
    try {
      piece.writeTo(process.getOutputStream());
    } catch (IOException broken) {
      finish();
      throw broken;
    }
  }

  void give(Consumer<ByteString> target) throws IOException {
    InputStream tar = process.getInputStream();
    for (var piece = tar.readNBytes(CHUNK_BYTES);
        piece.length > 0;
        piece = tar.readNBytes(CHUNK_BYTES)) {
      target.accept(ByteString.copyFrom(piece));
    }
    finish();
  }

  /** Waits for its end, which has to be a good one. */
  void finish() throws IOException {
    try {
      process.getOutputStream().close();
      if (process.waitFor() != 0) {
        throw new Failure("tar: " + complaints.join().strip());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
