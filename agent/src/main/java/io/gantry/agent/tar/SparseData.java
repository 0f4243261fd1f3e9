package io.gantry.agent.tar;

import io.gantry.agent.tar.TarEntry.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** PAX sparse format 1.0: the map stands before the data, as decimal lines padded to a block. */
final class SparseData {
  private static final int MOST_BYTES = 4 << 20;
  private final TarReader reader;
  private final byte[] block = new byte[512];
  private int at = block.length;
  private int total;

  private SparseData(TarReader reader) {
    this.reader = reader;
  }

  static List<Segment> read(TarReader reader) throws IOException {
    var data = new SparseData(reader);
    var count = data.line();
    var numbers = new ArrayList<String>();
    for (long i = 0; i < count * 2; i++) {
      numbers.add(Long.toString(data.line()));
    }
    return SparseMaps.ofNumbers(numbers);
  }

  private long line() throws IOException {
    var text = new StringBuilder();
    for (int c = character(); c != '\n'; c = character()) {
      text.append((char) c);
      if (text.length() > 20) {
        throw new TarException("invalid tar header: malformed sparse map");
      }
    }
    long value = TarNumbers.decimal(text.toString(), "sparse map");
    if (value < 0 || value > Long.MAX_VALUE / 4) {
      throw new TarException("invalid tar header: malformed sparse map");
    }
    return value;
  }

  private int character() throws IOException {
    if (at == block.length) {
      total += block.length;
      for (var filled = 0; filled < block.length; ) {
        var got = total > MOST_BYTES ? -1 : reader.read(block, filled, block.length - filled);
        if (got < 0) {
          throw new TarException("invalid tar header: malformed sparse map");
        }
        filled += got;
      }
      at = 0;
    }
    return block[at++] & 0xff;
  }
}
