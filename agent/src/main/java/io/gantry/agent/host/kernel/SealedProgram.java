package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A copy of a program in memory that nobody can change any more (memfd_create(2) with all seals). A
 * runtime that would copy itself at each start, so that a container cannot write to its program
 * through /proc, finds that done.
 */
public final class SealedProgram {
  private static final long MFD_CLOEXEC = 1;
  private static final long MFD_ALLOW_SEALING = 2;
  private static final long F_ADD_SEALS = 1033;
  private static final long ALL_SEALS = 0xf;
  private static final int O_RDONLY = 0;

  private SealedProgram() {}

  /** The copy lives while this is open or a process executes it. */
  public static Descriptor of(Path program) throws IOException {
    try (var memory = new Strings()) {
      var number =
          Native.call(
              Call.MEMFD_CREATE,
              memory.at(program.getFileName().toString()),
              MFD_CLOEXEC | MFD_ALLOW_SEALING);
      try (var writable =
          new Descriptor(SystemCallFailed.check(number, Call.MEMFD_CREATE, program))) {
        Files.write(writable.path(), Files.readAllBytes(program), StandardOpenOption.WRITE);
        var sealed = Native.call(Call.FCNTL, writable.number(), F_ADD_SEALS, ALL_SEALS);
        SystemCallFailed.check(sealed, Call.FCNTL, "F_ADD_SEALS");
        // A file that someone may write to cannot be executed (ETXTBSY).
        return Descriptor.open(writable.path(), O_RDONLY);
      }
    }
  }
}
