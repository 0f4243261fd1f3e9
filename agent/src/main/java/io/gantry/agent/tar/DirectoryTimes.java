package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Times of directories, kept until everything is in them: each entry made in a directory changes
 * its time. A name is kept as what differs from the one before, because a tar may have millions of
 * directories and be small.
 *
 * <p>One use at a time, one thread.
 */
public final class DirectoryTimes {
  /** Gives a directory its time. */
  public interface Setter {
    void set(String path, long seconds, int nanos) throws IOException;
  }

  /** What 900,000 directories of ordinary names take. */
  private static final int MOST_BYTES = 32 << 20;

  /** Length of the part shared with the name before, and of the rest; seconds; nanoseconds. */
  private static final int NUMBERS = Integer.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES;

  private final int most;
  private byte[] kept = new byte[1024];
  private int length;
  private String last = "";

  public DirectoryTimes() {
    this(MOST_BYTES);
  }

  DirectoryTimes(int most) {
    this.most = most;
  }

  /** {@code path}: chars are bytes. */
  public void add(String path, long seconds, int nanos) {
    var shared = shared(last, path);
    var rest = ByteStrings.bytes(path.substring(shared));
    var needed = length + NUMBERS + rest.length;
    if (needed > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(needed, 2 * kept.length));
    }
    ByteBuffer.wrap(kept, length, NUMBERS + rest.length)
        .putInt(shared)
        .putInt(rest.length)
        .putLong(seconds)
        .putInt(nanos)
        .put(rest);
    length = needed;
    last = path;
  }

  /** No more may be added before those here are {@link #set}: of such a tar some times are lost. */
  public boolean isFull() {
    return length >= most;
  }

  /** In the order of their coming, so that of two for one directory the later counts. */
  public void set(Setter setter) throws IOException {
    var all = ByteBuffer.wrap(kept, 0, length);
    var path = "";
    while (all.hasRemaining()) {
      var shared = all.getInt();
      var rest = new byte[all.getInt()];
      var seconds = all.getLong();
      var nanos = all.getInt();
      all.get(rest);
      path = path.substring(0, shared) + ByteStrings.of(rest, 0, rest.length);
      setter.set(path, seconds, nanos);
    }
    length = 0;
    last = "";
  }

  private static int shared(String one, String other) {
    var most = Math.min(one.length(), other.length());
    var length = 0;
    while (length < most && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return length;
  }
}
