package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * SHA-256 at the speed of the processor's own instructions. The JDK has these in its second
 * compiler only, which the agent runs without; OpenSSL's libcrypto, on nearly every host, is ten
 * times as fast. Without it this is the JDK's.
 *
 * <p>Used by one thread at a time, like any {@link MessageDigest}; {@link #clone} is not supported.
 */
public final class Sha256 extends MessageDigest {
  private static final int LENGTH = 32;

  /** The garbage collector waits for a critical call, so each takes some tens of microseconds. */
  private static final int CHUNK = 1 << 16;

  private static final Optional<Library> LIBRARY = Library.find();

  private final Library library;
  private final MemorySegment context;
  private final byte[] single = new byte[1];

  private record Library(
      MemorySegment algorithm,
      MemorySegment free,
      MethodHandle create,
      MethodHandle init,
      MethodHandle update,
      MethodHandle end) {
    private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1");

    static Optional<Library> find() {
      for (var name : NAMES) {
        try {
          return Optional.of(of(SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (RuntimeException | UnsatisfiedLinkError absent) {
          continue;
        }
      }
      return Optional.empty();
    }

    private static Library of(SymbolLookup lookup) {
      var sha256 = function(lookup, "EVP_sha256", ADDRESS);
      try {
        return new Library(
            (MemorySegment) sha256.invokeExact(),
            lookup.findOrThrow("EVP_MD_CTX_free"),
            function(lookup, "EVP_MD_CTX_new", ADDRESS),
            function(lookup, "EVP_DigestInit_ex", JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
            Linker.nativeLinker()
                .downcallHandle(
                    lookup.findOrThrow("EVP_DigestUpdate"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
                    Linker.Option.critical(true)),
            function(lookup, "EVP_DigestFinal_ex", JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    private static MethodHandle function(
        SymbolLookup lookup, String name, MemoryLayout result, MemoryLayout... arguments) {
      return Linker.nativeLinker()
          .downcallHandle(lookup.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }
  }

  private static final MethodHandle FREE =
      Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(ADDRESS));

  /** A fresh hasher. */
  public static MessageDigest create() {
    return LIBRARY.<MessageDigest>map(Sha256::new).orElseGet(Sha256::ofTheJdk);
  }

  static MessageDigest ofTheJdk() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Sha256(Library library) {
    super("SHA-256");
    this.library = library;
    try {
      var created = (MemorySegment) library.create.invokeExact();
      if (created.equals(MemorySegment.NULL)) {
        throw new OutOfMemoryError("libcrypto has no memory for a hasher");
      }
      var free = FREE.bindTo(library.free);
      // Freed with the hasher: nobody closes a MessageDigest.
      context = created.reinterpret(Arena.ofAuto(), address -> free(free, address));
    } catch (Throwable failed) {
      throw rethrown(failed);
    }
    engineReset();
  }

  private static void free(MethodHandle free, MemorySegment address) {
    try {
      free.invokeExact(address);
    } catch (Throwable failed) {
      throw rethrown(failed);
    }
  }

  @Override
  protected int engineGetDigestLength() {
    return LENGTH;
  }

  @Override
  protected void engineReset() {
    try {
      check((int) library.init.invokeExact(context, library.algorithm, MemorySegment.NULL));
    } catch (Throwable failed) {
      throw rethrown(failed);
    }
  }

  @Override
  protected void engineUpdate(byte input) {
    single[0] = input;
    engineUpdate(single, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    var bytes = MemorySegment.ofArray(input);
    try {
      for (var at = 0; at < length; at += CHUNK) {
        long some = Math.min(CHUNK, length - at);
        check(
            (int)
                library.update.invokeExact(context, bytes.asSlice((long) offset + at, some), some));
      }
    } catch (Throwable failed) {
      throw rethrown(failed);
    }
  }

  @Override
  protected byte[] engineDigest() {
    try (var arena = Arena.ofConfined()) {
      var hash = arena.allocate(LENGTH);
      check((int) library.end.invokeExact(context, hash, MemorySegment.NULL));
      engineReset();
      return hash.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    } catch (Throwable failed) {
      throw rethrown(failed);
    }
  }

  private static void check(int result) {
    if (result != 1) {
      throw new IllegalStateException("libcrypto refuses to hash");
    }
  }

  private static RuntimeException rethrown(Throwable failed) {
    return switch (failed) {
      case Error error -> throw error;
      case RuntimeException bug -> bug;
      default -> new IllegalStateException(failed);
    };
  }
}
