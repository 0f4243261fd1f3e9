package io.gantry.agent.tar;

import java.util.List;
import java.util.Map;

/**
 * One entry. Names and attribute values are byte strings (one char a byte).
 *
 * @param type what it is
 * @param name as it stands in the archive: relative or not, normalised or not
 * @param linkName of links
 * @param mode permission bits, with setuid, setgid and sticky
 * @param size of the file, holes included
 * @param attributes extended attributes: name -> value
 * @param segments where the stored bytes of a sparse file lie; for any other file one segment from
 *     0
 */
public record TarEntry(
    Type type,
    String name,
    String linkName,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    long deviceMajor,
    long deviceMinor,
    Map<String, String> attributes,
    List<Segment> segments) {
  public enum Type {
    FILE,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO
  }

  /** A run of stored bytes. */
  public record Segment(long offset, long length) {}

  /** Bytes that follow the header in the archive, without padding. */
  public long storedSize() {
    return segments.stream().mapToLong(Segment::length).sum();
  }
}
