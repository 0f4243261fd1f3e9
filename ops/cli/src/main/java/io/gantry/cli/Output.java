package io.gantry.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/** Writes bytes as they come. */
final class Output {
  private Output() {}

  static void write(PrintStream stream, ByteString bytes) {
    try {
      bytes.writeTo(stream);
      stream.flush();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    if (stream.checkError()) {
      throw new Failure("cannot write: the reader is gone");
    }
  }
}
