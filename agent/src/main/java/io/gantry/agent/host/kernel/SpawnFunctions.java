package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The family of posix_spawn(3) as the C library has it (glibc 2.34 and later). */
final class SpawnFunctions {
  static final MemorySegment SPAWN = Native.symbol("posix_spawn");
  static final MemorySegment ACTIONS_INIT = Native.symbol("posix_spawn_file_actions_init");
  static final MemorySegment ACTIONS_DESTROY = Native.symbol("posix_spawn_file_actions_destroy");
  static final MemorySegment ADD_DUP2 = Native.symbol("posix_spawn_file_actions_adddup2");
  static final MemorySegment ADD_OPEN = Native.symbol("posix_spawn_file_actions_addopen");
  static final MemorySegment ADD_CLOSE = Native.symbol("posix_spawn_file_actions_addclose");
  static final MemorySegment ADD_CLOSE_FROM =
      Native.symbol("posix_spawn_file_actions_addclosefrom_np");
  static final MemorySegment ADD_CHDIR = Native.symbol("posix_spawn_file_actions_addchdir_np");
  static final MemorySegment ATTRIBUTES_INIT = Native.symbol("posix_spawnattr_init");
  static final MemorySegment ATTRIBUTES_DESTROY = Native.symbol("posix_spawnattr_destroy");
  static final MemorySegment SET_FLAGS = Native.symbol("posix_spawnattr_setflags");
  static final MemorySegment SET_MASK = Native.symbol("posix_spawnattr_setsigmask");
  static final MemorySegment SET_DEFAULTS = Native.symbol("posix_spawnattr_setsigdefault");
  static final MemorySegment FILL_SET = Native.symbol("sigfillset");

  /** More than any C library's posix_spawn_file_actions_t, posix_spawnattr_t and sigset_t. */
  static final long STRUCT_SIZE = 1024;

  private SpawnFunctions() {}

  /** Calls a function that returns 0 or an error number. */
  static void call(String name, MemorySegment function, long... args) throws IOException {
    var errno = (int) Native.function(function, args);
    if (errno != 0) {
      throw new SystemCallFailed(name, errno);
    }
  }
}
