package io.gantry.agent.image;

import java.nio.file.Path;

/**
 * A layer unpacked on this host.
 *
 * @param diffId digest of its uncompressed tar
 * @param directory its files, as overlayfs wants a lower directory
 * @param size bytes of all files, as Docker counts them
 * @param tarSize bytes of the uncompressed tar
 */
public record Layer(Digest diffId, Path directory, long size, long tarSize) {
  /** Of a layer that changes nothing: no image has one, its history says so instead. */
  public static final Digest EMPTY = Digest.of(new byte[1024]);
}
