package io.gantry.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Copies this process's input until its end, on a thread that does not keep the process alive. */
final class Stdin {
  private static final int BUFFER_BYTES = 32 * 1024;

  private Stdin() {}

  static void copy(InputStream input, Consumer<ByteString> target, Runnable end) {
    Thread.ofPlatform().daemon().name("stdin").start(() -> copyNow(input, target, end));
  }

  private static void copyNow(InputStream input, Consumer<ByteString> target, Runnable end) {
    var buffer = new byte[BUFFER_BYTES];
    try {
      for (var count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        target.accept(ByteString.copyFrom(buffer, 0, count));
      }
    } catch (IOException _) {
      // A terminal that is gone ends like one that was closed.
    }
    end.run();
  }
}
