package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The two ways into the C library. All arguments travel as 64-bit integers (pointers as addresses),
 * which both supported calling conventions allow, so two linked shapes serve every call.
 */
final class Native {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final long ERRNO_OFFSET =
      Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(symbol("syscall"), longs(7), Linker.Option.firstVariadicArg(1), ERRNO);

  private static final MethodHandle FUNCTION = LINKER.downcallHandle(longs(6));

  private Native() {}

  static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
  }

  /**
   * The kernel's own convention: a result, or minus errno. Interrupted calls are repeated, except
   * close, which has closed.
   */
  static long call(Call call, long... args) {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Linker.Option.captureStateLayout());
      while (true) {
        var result =
            (long)
                SYSCALL.invokeExact(
                    state,
                    call.number(),
                    at(args, 0),
                    at(args, 1),
                    at(args, 2),
                    at(args, 3),
                    at(args, 4),
                    at(args, 5));
        if (result != -1) {
          return result;
        }
        var errno = state.get(JAVA_INT, ERRNO_OFFSET);
        if (errno != Errno.EINTR || call == Call.CLOSE) {
          return -errno;
        }
      }
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** A library function; the meaning of the result is the function's own. */
  static long function(MemorySegment function, long... args) {
    try {
      return (long)
          FUNCTION.invokeExact(
              function,
              at(args, 0),
              at(args, 1),
              at(args, 2),
              at(args, 3),
              at(args, 4),
              at(args, 5));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static long at(long[] args, int index) {
    return index < args.length ? args[index] : 0;
  }

  private static FunctionDescriptor longs(int count) {
    var arguments = new MemoryLayout[count];
    java.util.Arrays.fill(arguments, JAVA_LONG);
    return FunctionDescriptor.of(JAVA_LONG, arguments);
  }
}
