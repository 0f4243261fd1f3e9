package io.gantry.agent.tar;

import io.gantry.agent.tar.TarEntry.Segment;
import java.util.ArrayList;
import java.util.List;

/** The places where GNU tar writes down what of a sparse file is stored. */
final class SparseMaps {
  private static final int MOST = 100_000;

  private SparseMaps() {}

  /** Old GNU format: {@code count} pairs of 12 digits. An empty pair ends them. */
  static void addOldGnu(byte[] block, int offset, int count, List<Segment> to) throws TarException {
    for (var i = 0; i < count; i++, offset += 24) {
      if (block[offset] == 0) {
        return;
      }
      add(
          to,
          TarNumbers.read(block, offset, 12, "sparse offset"),
          TarNumbers.read(block, offset + 12, 12, "sparse length"));
    }
  }

  /** PAX formats 0.0 and 0.1: offset, length, offset, length… */
  static List<Segment> ofNumbers(List<String> numbers) throws TarException {
    if (numbers.size() % 2 != 0) {
      throw new TarException("invalid tar header: half a sparse map entry");
    }
    var segments = new ArrayList<Segment>();
    for (var i = 0; i < numbers.size(); i += 2) {
      add(
          segments,
          TarNumbers.decimal(numbers.get(i), "sparse offset"),
          TarNumbers.decimal(numbers.get(i + 1), "sparse length"));
    }
    return segments;
  }

  /** Segments must be ascending, disjoint and inside the file. */
  static List<Segment> checked(List<Segment> segments, long size) throws TarException {
    long end = 0;
    for (var segment : segments) {
      if (segment.offset() < end || segment.length() > size - segment.offset()) {
        throw new TarException("invalid tar header: sparse map leaves the file or overlaps");
      }
      end = segment.offset() + segment.length();
    }
    return List.copyOf(segments);
  }

  private static void add(List<Segment> to, long offset, long length) throws TarException {
    if (offset < 0 || length < 0 || to.size() >= MOST) {
      throw new TarException("invalid tar header: sparse map is negative or too long");
    }
    to.add(new Segment(offset, length));
  }
}
