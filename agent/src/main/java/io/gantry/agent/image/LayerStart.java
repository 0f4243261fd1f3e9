package io.gantry.agent.image;

import io.gantry.agent.tar.TarReader;

/** Tells a layer from the JSON that lies beside it, by its first bytes. */
final class LayerStart {
  private LayerStart() {}

  /** Compressed, or a tar header with a right checksum. An empty tar is no layer worth telling. */
  static boolean of(byte[] start, int length) {
    return Compression.of(start, length) != Compression.NONE || TarReader.isHeader(start, length);
  }
}
