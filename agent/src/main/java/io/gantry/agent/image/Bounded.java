package io.gantry.agent.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copying that ends. */
final class Bounded {
  private Bounded() {}

  static long copy(InputStream in, OutputStream out, long most, String what) throws IOException {
    var buffer = new byte[1 << 16];
    long total = 0;
    for (int got; (got = in.read(buffer)) >= 0; ) {
      total += got;
      if (total > most) {
        throw new BadImage("%s is larger than %d bytes".formatted(what, most));
      }
      out.write(buffer, 0, got);
    }
    return total;
  }
}
