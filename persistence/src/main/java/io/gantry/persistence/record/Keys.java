package io.gantry.persistence.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of the store. The first byte is the kind, numbers are big-endian so that keys sort as
 * they do.
 *
 * <pre>
 * e SEQUENCE                         hash of the entry (32 bytes), the entry (protobuf)
 * i PERSISTENCE-ID 00 SEQUENCE-NR    SEQUENCE of that event
 * l PERSISTENCE-ID                   nothing: the entity lives
 * p PERSISTENCE-ID                   highest sequence number, deleted up to, lives
 * s PERSISTENCE-ID 00 SEQUENCE-NR    a snapshot
 * m NAME                             facts about the store itself
 * </pre>
 */
final class Keys {
  static final byte ENTRY = 'e';
  static final byte INDEX = 'i';
  static final byte LIVING = 'l';
  static final byte ENTITY = 'p';
  static final byte SNAPSHOT = 's';
  static final byte META = 'm';

  private Keys() {}

  static byte[] entry(long sequence) {
    return ByteBuffer.allocate(9).put(ENTRY).putLong(sequence).array();
  }

  static byte[] index(String persistenceId, long sequenceNr) {
    return numbered(INDEX, persistenceId, sequenceNr);
  }

  static byte[] snapshot(String persistenceId, long sequenceNr) {
    return numbered(SNAPSHOT, persistenceId, sequenceNr);
  }

  static byte[] living(String persistenceId) {
    return named(LIVING, persistenceId);
  }

  static byte[] entity(String persistenceId) {
    return named(ENTITY, persistenceId);
  }

  static byte[] meta(String name) {
    return named(META, name);
  }

  /** What follows the kind, as text. */
  static String name(byte[] key) {
    return new String(key, 1, key.length - 1, UTF_8);
  }

  /** The number at the end of a key. */
  static long number(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  /** True when {@code key} is {@code first} but for the number at their ends. */
  static boolean sameButNumber(byte[] key, byte[] first) {
    int end = first.length - Long.BYTES;
    return key.length == first.length && Arrays.equals(key, 0, end, first, 0, end);
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] numbered(byte kind, String persistenceId, long number) {
    byte[] id = persistenceId.getBytes(UTF_8);
    return ByteBuffer.allocate(2 + id.length + Long.BYTES)
        .put(kind)
        .put(id)
        .put((byte) 0)
        .putLong(number)
        .array();
  }

  private static byte[] named(byte kind, String name) {
    byte[] text = name.getBytes(UTF_8);
    return ByteBuffer.allocate(1 + text.length).put(kind).put(text).array();
  }
}
