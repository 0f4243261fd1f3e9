package io.gantry.agent.host.kernel;

import java.io.IOException;

/**
 * Ids of the host that a container has as 0 to {@code size} - 1, users' and groups' alike. Ids are
 * the kernel's, unsigned, as ints.
 */
public record IdRange(long first, long size) {
  /** The host's ids as they are: no user namespace of its own. */
  public static final IdRange ALL = new IdRange(0, 1L << 32);

  /** What the kernel shows of an id that is not in the range. */
  public static final int NOBODY = 65534;

  private static final long UNSIGNED = 0xffffffffL;

  public IdRange {
    if (first < 0 || size <= 0 || first + size > 1L << 32) {
      throw new IllegalArgumentException("no range of ids: %d and %d".formatted(first, size));
    }
  }

  public boolean isAll() {
    return equals(ALL);
  }

  /** The container's id of one of the host's. */
  public int inside(int host) {
    var id = host & UNSIGNED;
    return id >= first && id < first + size ? (int) (id - first) : NOBODY;
  }

  /** The host's id of one of the container's. */
  public int outside(int container) throws IOException {
    var id = container & UNSIGNED;
    if (id >= size) {
      throw new IOException(
          "id %d is not one of the %d ids of this user namespace".formatted(id, size));
    }
    return (int) (first + id);
  }
}
