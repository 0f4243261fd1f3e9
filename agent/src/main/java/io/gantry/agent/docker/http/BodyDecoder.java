package io.gantry.agent.docker.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes a request's body out of what a connection brings, in any pieces: so many bytes, or chunks
 * (RFC 9112, section 7.1). Chunk extensions and trailers are passed over. What is neither is an
 * {@link IOException}, after which nothing more can be said about the connection.
 */
final class BodyDecoder {
  private static final int LONGEST_LINE = 1024;
  private static final int MOST_TRAILERS = 64;
  private static final int MOST_DIGITS = 15;

  private enum Place {
    DATA,
    DATA_END,
    SIZE,
    TRAILER,
    END,
    BROKEN
  }

  private final boolean chunked;
  private final StringBuilder line = new StringBuilder();
  private Place place;
  private long remaining;
  private int trailers;

  private BodyDecoder(boolean chunked, long length) {
    this.chunked = chunked;
    this.remaining = length;
    this.place = chunked ? Place.SIZE : length > 0 ? Place.DATA : Place.END;
  }

  static BodyDecoder sized(long length) {
    return new BodyDecoder(false, length);
  }

  static BodyDecoder chunked() {
    return new BodyDecoder(true, 0);
  }

  /** Nothing of what follows belongs to the body. */
  boolean ended() {
    return place == Place.END;
  }

  /** Where it ends will never be known: something that is no chunk came. */
  boolean broken() {
    return place == Place.BROKEN;
  }

  /**
   * Goes on until {@code from} is empty, the target is full or the body has ended, and returns how
   * much was written. A full target may leave the end unseen, which then follows.
   */
  int decode(ByteBuffer from, byte[] target, int offset, int length) throws IOException {
    var written = 0;
    while (from.hasRemaining() && place != Place.END) {
      if (place != Place.DATA) {
        framing((char) (from.get() & 0xff));
        continue;
      }
      var count = (int) Math.min(remaining, Math.min(from.remaining(), length - written));
      if (count == 0) {
        return written;
      }
      from.get(target, offset + written, count);
      written += count;
      remaining -= count;
      if (remaining == 0) {
        place = chunked ? Place.DATA_END : Place.END;
      }
    }
    return written;
  }

  private void framing(char next) throws IOException {
    if (next != '\n') {
      if (line.length() == LONGEST_LINE) {
        throw broken("a line is too long");
      }
      line.append(next);
      return;
    }
    var text = line.toString().strip();
    line.setLength(0);
    switch (place) {
      case SIZE -> {
        remaining = size(text);
        place = remaining > 0 ? Place.DATA : Place.TRAILER;
      }
      case DATA_END -> {
        if (!text.isEmpty()) {
          throw broken("a chunk is longer than it says");
        }
        place = Place.SIZE;
      }
      case TRAILER -> {
        if (++trailers > MOST_TRAILERS) {
          throw broken("too many trailers");
        }
        place = text.isEmpty() ? Place.END : Place.TRAILER;
      }
      case BROKEN -> throw broken("it was broken before");
      case DATA, END -> throw new IllegalStateException("no line is expected here");
    }
  }

  private long size(String line) throws IOException {
    var extension = line.indexOf(';');
    var digits = extension < 0 ? line : line.substring(0, extension).strip();
    if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
      throw broken("\"" + digits + "\" is no size");
    }
    var size = 0L;
    for (var i = 0; i < digits.length(); i++) {
      var digit = Character.digit(digits.charAt(i), 16);
      if (digit < 0 || digits.charAt(i) > 'f') {
        throw broken("\"" + digits + "\" is no size");
      }
      size = size * 16 + digit;
    }
    return size;
  }

  private IOException broken(String why) {
    place = Place.BROKEN;
    return new IOException("invalid chunked encoding: " + why);
  }
}
