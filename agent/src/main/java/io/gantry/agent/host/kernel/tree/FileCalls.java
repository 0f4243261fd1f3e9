package io.gantry.agent.host.kernel.tree;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * The C library's file calls, as handles whose first argument receives errno. Results are those of
 * the C functions: -1 and errno on failure.
 */
final class FileCalls {
  private static final Linker LINKER = Linker.nativeLinker();
  static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  static final MethodHandle OPENAT =
      variadic("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  /** openat2 has no wrapper in the C library: syscall(437, directory, path, how, size). */
  static final MethodHandle OPENAT2 =
      variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);

  static final MethodHandle CLOSE = plain("close", JAVA_INT, JAVA_INT);
  static final MethodHandle READ = plain("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  static final MethodHandle WRITE = plain("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  static final MethodHandle LSEEK = plain("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  static final MethodHandle FTRUNCATE = plain("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  static final MethodHandle SYNCFS = plain("syncfs", JAVA_INT, JAVA_INT);
  static final MethodHandle FSYNC = plain("fsync", JAVA_INT, JAVA_INT);
  static final MethodHandle MKDIRAT = plain("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  static final MethodHandle SYMLINKAT = plain("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  static final MethodHandle READLINKAT =
      plain("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  static final MethodHandle LINKAT =
      plain("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  static final MethodHandle MKNODAT =
      plain("mknodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  static final MethodHandle UNLINKAT = plain("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  static final MethodHandle RENAMEAT =
      plain("renameat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  static final MethodHandle FCHOWNAT =
      plain("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  static final MethodHandle FCHMODAT =
      plain("fchmodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  static final MethodHandle UTIMENSAT =
      plain("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  static final MethodHandle STATX =
      plain("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  static final MethodHandle LSETXATTR =
      plain("lsetxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  static final MethodHandle LGETXATTR =
      plain("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
  static final MethodHandle LREMOVEXATTR = plain("lremovexattr", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle LLISTXATTR =
      plain("llistxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);

  static final MethodHandle GETDENTS = plain("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private FileCalls() {}

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static String message(int errno) {
    try {
      var text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0).toLowerCase(Locale.ROOT);
    } catch (Throwable impossible) {
      throw unexpected(impossible);
    }
  }

  /** A downcall throws nothing but errors of the JVM itself. */
  static IllegalStateException unexpected(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(cause);
  }

  private static MethodHandle plain(String name, ValueLayout result, ValueLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(
      String name, int firstVariadic, ValueLayout result, ValueLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(firstVariadic));
  }
}
