package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.tar.TarEntry.Segment;
import io.gantry.agent.tar.TarEntry.Type;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar front to back. {@link #next} gives an entry, {@link #read} its stored bytes; what is
 * not read is skipped. Memory is bounded: an extended header may have a megabyte, a name 64 KiB.
 * Malformed input is a {@link TarException}. The reader never reads ahead of what it gives, and
 * {@link #drain} reads what follows the end, so that a digest taken of the stream covers it all.
 */
public final class TarReader {
  private static final int BLOCK = 512;
  private static final int LONGEST_EXTENSION = 1 << 20;
  private static final int LONGEST_NAME = 1 << 16;

  private final InputStream in;
  private final byte[] block = new byte[BLOCK];
  private PaxRecords global = PaxRecords.NONE;
  private long unread;
  private int padding;

  public TarReader(InputStream in) {
    this.in = in;
  }

  /** The next entry; null at the end of the archive. */
  public @Nullable TarEntry next() throws IOException {
    var pax = PaxRecords.NONE;
    String longName = "";
    String longLink = "";
    for (; ; ) {
      skipRest();
      if (!readHeader()) {
        return null;
      }
      char flag = (char) block[156];
      switch (flag) {
        case 'x' -> pax = PaxRecords.parse(extension(LONGEST_EXTENSION));
        case 'g' -> global = PaxRecords.parse(extension(LONGEST_EXTENSION)).over(global);
        case 'L' -> longName = untilNul(extension(LONGEST_NAME));
        case 'K' -> longLink = untilNul(extension(LONGEST_NAME));
        default -> {
          return entry(flag, pax.over(global), longName, longLink);
        }
      }
    }
  }

  /** Up to {@code length} of the current entry's stored bytes; -1 when there are no more. */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (unread == 0) {
      return -1;
    }
    var got = in.read(buffer, offset, (int) Math.min(length, unread));
    if (got < 0) {
      throw new TarException("unexpected end of the tar archive inside a file");
    }
    unread -= got;
    return got;
  }

  /** All of the current entry, which must not be longer than {@code most}. */
  public byte[] readAll(int most, String what) throws IOException {
    if (unread > most) {
      throw new TarException("%s is %d bytes long, more than %d".formatted(what, unread, most));
    }
    var bytes = new byte[(int) unread];
    readFully(bytes, 0, bytes.length);
    unread = 0;
    return bytes;
  }

  /** Reads whatever follows the end of the archive. */
  public void drain() throws IOException {
    var buffer = new byte[8192];
    while (in.read(buffer) >= 0) {
      continue;
    }
  }

  private TarEntry entry(char flag, PaxRecords pax, String longName, String longLink)
      throws IOException {
    long stored = pax.number("size", TarNumbers.read(block, 124, 12, "size"));
    if (stored < 0) {
      throw new TarException("invalid tar header: negative size");
    }
    var name = pax.get("path", longName.isEmpty() ? headerName() : longName);
    if (name.length() > LONGEST_NAME) {
      throw new TarException("invalid tar header: name is longer than 65536 bytes");
    }
    var type = typeOf(flag, name);
    var hasData = type == Type.FILE;
    var link = pax.get("linkpath", longLink.isEmpty() ? field(157, 100) : longLink);
    var sparse = hasData ? sparse(flag, pax) : null;
    begin(hasData ? stored : 0);
    if (sparse != null && sparse.inData()) {
      sparse = new Sparse(sparse.size(), SparseData.read(this), false);
    }
    var size = sparse == null ? (hasData ? stored : 0) : sparse.size();
    var segments =
        sparse == null
            ? List.of(new Segment(0, size))
            : SparseMaps.checked(sparse.segments(), sparse.size());
    var time = PaxTime.parse(pax.get("mtime", ""), TarNumbers.read(block, 136, 12, "mtime"));
    var entry =
        new TarEntry(
            type,
            pax.get("GNU.sparse.name", name),
            link,
            (int) (TarNumbers.read(block, 100, 8, "mode") & 07777),
            pax.number("uid", TarNumbers.read(block, 108, 8, "uid")),
            pax.number("gid", TarNumbers.read(block, 116, 8, "gid")),
            size,
            time.seconds(),
            time.nanos(),
            isDevice(type) ? TarNumbers.read(block, 329, 8, "device") : 0,
            isDevice(type) ? TarNumbers.read(block, 337, 8, "device") : 0,
            pax == PaxRecords.NONE ? Map.of() : pax.attributes(),
            segments);
    if (entry.storedSize() != unread) {
      throw new TarException("invalid tar header: sparse map does not add up to the stored size");
    }
    return entry;
  }

  private record Sparse(long size, List<Segment> segments, boolean inData) {}

  private @Nullable Sparse sparse(char flag, PaxRecords pax) throws IOException {
    if (flag == 'S') {
      var segments = new ArrayList<Segment>();
      SparseMaps.addOldGnu(block, 386, 4, segments);
      long size = TarNumbers.read(block, 483, 12, "real size");
      var header = block.clone();
      for (var more = block[482] != 0; more; more = block[504] != 0) {
        readFully(block, 0, BLOCK);
        SparseMaps.addOldGnu(block, 0, 21, segments);
      }
      System.arraycopy(header, 0, block, 0, BLOCK);
      return new Sparse(size, segments, false);
    }
    if (pax.get("GNU.sparse.major", "").equals("1")) {
      return new Sparse(pax.number("GNU.sparse.realsize", -1), List.of(), true);
    }
    if (pax.values().containsKey("GNU.sparse.size")) {
      var numbers =
          pax.values().containsKey("GNU.sparse.map")
              ? Arrays.asList(pax.get("GNU.sparse.map", "").split(",", -1))
              : pax.sparseMap();
      return new Sparse(pax.number("GNU.sparse.size", -1), SparseMaps.ofNumbers(numbers), false);
    }
    return null;
  }

  private static Type typeOf(char flag, String name) throws TarException {
    return switch (flag) {
      case '0', 0, '7', 'S' -> name.endsWith("/") && flag != 'S' ? Type.DIRECTORY : Type.FILE;
      case '1' -> Type.HARD_LINK;
      case '2' -> Type.SYMLINK;
      case '3' -> Type.CHARACTER_DEVICE;
      case '4' -> Type.BLOCK_DEVICE;
      case '5' -> Type.DIRECTORY;
      case '6' -> Type.FIFO;
      default -> throw new TarException("unhandled tar header type " + (int) flag);
    };
  }

  private static boolean isDevice(Type type) {
    return type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
  }

  /** False at the end: two empty blocks, or nothing more at all. */
  private boolean readHeader() throws IOException {
    var first = in.readNBytes(block, 0, BLOCK);
    if (first == 0) {
      return false;
    }
    if (first < BLOCK) {
      throw new TarException("unexpected end of the tar archive inside a header");
    }
    if (isEmpty()) {
      var second = in.readNBytes(block, 0, BLOCK);
      if (second == 0 || (second == BLOCK && isEmpty())) {
        return false;
      }
      throw new TarException("invalid tar header");
    }
    if (!isHeader(block, BLOCK)) {
      throw new TarException("invalid tar header");
    }
    return true;
  }

  /** True when these bytes begin with a header that has a right checksum. */
  public static boolean isHeader(byte[] bytes, int length) {
    if (length < BLOCK) {
      return false;
    }
    long unsigned = 0;
    long signed = 0;
    for (var i = 0; i < BLOCK; i++) {
      var value = i >= 148 && i < 156 ? (byte) ' ' : bytes[i];
      unsigned += value & 0xff;
      signed += value;
    }
    try {
      long expected = TarNumbers.read(bytes, 148, 8, "checksum");
      return expected == unsigned || expected == signed;
    } catch (TarException e) {
      return false;
    }
  }

  private boolean isEmpty() {
    for (var value : block) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private byte[] extension(int most) throws IOException {
    long size = TarNumbers.read(block, 124, 12, "size");
    if (size < 0 || size > most) {
      throw new TarException("invalid tar header: extended header of %d bytes".formatted(size));
    }
    begin(size);
    return readAll(most, "extended header");
  }

  private void begin(long stored) {
    unread = stored;
    padding = (int) (-stored & (BLOCK - 1));
  }

  private void skipRest() throws IOException {
    var buffer = new byte[BLOCK];
    while (unread > 0) {
      read(buffer, 0, BLOCK);
    }
    // An archive may end without its last padding: Docker's client sends such contexts.
    in.readNBytes(buffer, 0, padding);
    padding = 0;
  }

  private void readFully(byte[] buffer, int offset, int length) throws IOException {
    if (in.readNBytes(buffer, offset, length) < length) {
      throw new TarException("unexpected end of the tar archive");
    }
  }

  private String headerName() {
    var name = field(0, 100);
    // GNU's header has other things in the place of ustar's prefix.
    var posix = field(257, 6).equals("ustar") && block[262] == 0;
    var prefix = posix ? field(345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private String field(int offset, int length) {
    var end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return ByteStrings.of(block, offset, end - offset);
  }

  private static String untilNul(byte[] bytes) {
    var end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return ByteStrings.of(bytes, 0, end);
  }
}
