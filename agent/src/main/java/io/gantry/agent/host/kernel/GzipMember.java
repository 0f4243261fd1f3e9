package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Bytes as one member of a gzip file (RFC 1952), packed quickly rather than small: by libdeflate,
 * where the host has it, in a third of the time that the JDK's zlib takes for the same size. The
 * same bytes give the same member on the same host. Any thread, a platform one better: a call takes
 * some milliseconds a megabyte.
 */
public final class GzipMember {
  private static final int LEVEL = 1;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final Optional<Library> LIBRARY = Library.find();

  private GzipMember() {}

  public static byte[] of(byte[] bytes) {
    return LIBRARY.isPresent() ? LIBRARY.get().pack(bytes) : ofTheJdk(bytes, LEVEL);
  }

  /** Not packed at all: for what does not get smaller. */
  public static byte[] stored(byte[] bytes) {
    return ofTheJdk(bytes, Deflater.NO_COMPRESSION);
  }

  static byte[] ofTheJdk(byte[] bytes) {
    return ofTheJdk(bytes, LEVEL);
  }

  private static byte[] ofTheJdk(byte[] bytes, int level) {
    var out = new ByteArrayOutputStream(bytes.length / 2 + 64);
    out.writeBytes(HEADER);
    try (var deflater = new Deflater(level, true)) {
      deflater.setInput(bytes);
      deflater.finish();
      var buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    var crc = new CRC32();
    crc.update(bytes);
    number(out, crc.getValue());
    number(out, bytes.length);
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, long value) {
    for (var shift = 0; shift < 32; shift += 8) {
      out.write((int) (value >> shift));
    }
  }

  private record Library(
      MethodHandle create, MethodHandle free, MethodHandle bound, MethodHandle pack) {
    static Optional<Library> find() {
      try {
        return Optional.of(of(SymbolLookup.libraryLookup("libdeflate.so.0", Arena.global())));
      } catch (RuntimeException | UnsatisfiedLinkError absent) {
        return Optional.empty();
      }
    }

    private static Library of(SymbolLookup lookup) {
      return new Library(
          function(lookup, "libdeflate_alloc_compressor", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
          function(lookup, "libdeflate_free_compressor", FunctionDescriptor.ofVoid(ADDRESS)),
          function(
              lookup,
              "libdeflate_gzip_compress_bound",
              FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG)),
          function(
              lookup,
              "libdeflate_gzip_compress",
              FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG)));
    }

    private static MethodHandle function(
        SymbolLookup lookup, String name, FunctionDescriptor type) {
      return Linker.nativeLinker().downcallHandle(lookup.findOrThrow(name), type);
    }

    byte[] pack(byte[] bytes) {
      try (var arena = Arena.ofConfined()) {
        var compressor = (MemorySegment) create.invokeExact(LEVEL);
        if (compressor.equals(MemorySegment.NULL)) {
          throw new OutOfMemoryError("libdeflate has no memory to pack with");
        }
        try {
          return pack(compressor, bytes, arena);
        } finally {
          free.invokeExact(compressor);
        }
      } catch (Error | RuntimeException e) {
        throw e;
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    private byte[] pack(MemorySegment compressor, byte[] bytes, Arena arena) throws Throwable {
      long length = bytes.length;
      var most = (long) bound.invokeExact(compressor, length);
      // Copied, so that the garbage collector need not wait for the call.
      var in = arena.allocateFrom(JAVA_BYTE, bytes);
      var out = arena.allocate(most);
      var packed = (long) pack.invokeExact(compressor, in, length, out, most);
      if (packed == 0) {
        throw new IllegalStateException("libdeflate refuses to pack %d bytes".formatted(length));
      }
      return out.asSlice(0, packed).toArray(JAVA_BYTE);
    }
  }
}
