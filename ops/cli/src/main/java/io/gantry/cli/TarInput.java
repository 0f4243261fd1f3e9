package io.gantry.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A tar to send: a file, or "-" for stdin. */
final class TarInput {
  private static final int CHUNK_BYTES = 256 * 1024;

  private TarInput() {}

  static void send(Session session, String file, Consumer<ByteString> target) throws IOException {
    if (file.equals("-")) {
      if (session.terminal().inputIsTerminal()) {
        throw new Failure("a tar does not come from a terminal: name a file or redirect stdin");
      }
      send(session.terminal().in(), target);
      return;
    }
    try (var input = Files.newInputStream(Path.of(file))) {
      send(input, target);
    } catch (IOException failure) {
      throw new Failure("cannot read %s: %s".formatted(file, failure.getMessage()));
    }
  }

  private static void send(InputStream input, Consumer<ByteString> target) throws IOException {
    for (var chunk = input.readNBytes(CHUNK_BYTES);
        chunk.length > 0;
        chunk = input.readNBytes(CHUNK_BYTES)) {
      target.accept(ByteString.copyFrom(chunk));
    }
  }
}
