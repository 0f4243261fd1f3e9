package io.gantry.agent.host.kernel;

import java.io.IOException;

/** Session and signals of a child. */
final class SpawnAttributes implements AutoCloseable {
  private static final int SETSIGDEF = 0x04;
  private static final int SETSIGMASK = 0x08;
  private static final int SETSID = 0x80;

  private final long address;

  SpawnAttributes(Strings memory, boolean newSession) throws IOException {
    address = memory.block(SpawnFunctions.STRUCT_SIZE).address();
    SpawnFunctions.call("posix_spawnattr_init", SpawnFunctions.ATTRIBUTES_INIT, address);
    var flags = SETSIGDEF | SETSIGMASK | (newSession ? SETSID : 0);
    SpawnFunctions.call("posix_spawnattr_setflags", SpawnFunctions.SET_FLAGS, address, flags);
    var none = memory.block(SpawnFunctions.STRUCT_SIZE).address();
    SpawnFunctions.call("posix_spawnattr_setsigmask", SpawnFunctions.SET_MASK, address, none);
    var all = memory.block(SpawnFunctions.STRUCT_SIZE).address();
    Native.function(SpawnFunctions.FILL_SET, all);
    SpawnFunctions.call("posix_spawnattr_setsigdefault", SpawnFunctions.SET_DEFAULTS, address, all);
  }

  long address() {
    return address;
  }

  @Override
  public void close() {
    Native.function(SpawnFunctions.ATTRIBUTES_DESTROY, address);
  }
}
