package io.gantry.agent.image;

/**
 * What one layer may cost the host, so that a small hostile archive cannot fill it.
 *
 * @param bytes of the uncompressed tar
 * @param entries files, directories and so on; each costs an inode
 * @param depth components of a path
 */
public record LayerLimits(long bytes, long entries, int depth) {
  public static final LayerLimits DEFAULT = new LayerLimits(64L << 30, 4_000_000, 512);
}
