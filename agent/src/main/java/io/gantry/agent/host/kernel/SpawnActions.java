package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the child does with its descriptors between its birth and its program. */
final class SpawnActions implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int O_RDWR = 2;
  private static final int STANDARD = 3;

  private final Strings memory;
  private final long address;
  private final List<Descriptor> moved = new ArrayList<>();

  SpawnActions(Strings memory) throws IOException {
    this.memory = memory;
    this.address = memory.block(SpawnFunctions.STRUCT_SIZE).address();
    SpawnFunctions.call("posix_spawn_file_actions_init", SpawnFunctions.ACTIONS_INIT, address);
  }

  long address() {
    return address;
  }

  /**
   * Everything given is first duplicated to numbers above all targets, so that no target is the
   * source of a later one.
   */
  void pass(Map<Integer, Descriptor> descriptors) throws IOException {
    var end = descriptors.keySet().stream().mapToInt(number -> number + 1).max().orElse(0);
    end = Math.max(end, STANDARD);
    for (var number = 0; number < end; number++) {
      var given = descriptors.get(number);
      if (given != null) {
        var source = Native.call(Call.FCNTL, given.number(), F_DUPFD_CLOEXEC, end);
        SystemCallFailed.check(source, Call.FCNTL, "duplicate descriptor for a program");
        moved.add(new Descriptor(source));
        SpawnFunctions.call(
            "posix_spawn_file_actions_adddup2", SpawnFunctions.ADD_DUP2, address, source, number);
      } else if (number < STANDARD) {
        SpawnFunctions.call(
            "posix_spawn_file_actions_addopen",
            SpawnFunctions.ADD_OPEN,
            address,
            number,
            memory.at("/dev/null"),
            O_RDWR,
            0);
      } else {
        SpawnFunctions.call(
            "posix_spawn_file_actions_addclose", SpawnFunctions.ADD_CLOSE, address, number);
      }
    }
    // The JDK opens sockets without close-on-exec; a monitor must not inherit the agent's.
    SpawnFunctions.call(
        "posix_spawn_file_actions_addclosefrom_np", SpawnFunctions.ADD_CLOSE_FROM, address, end);
  }

  void changeDirectory(String directory) {
    // Fails only for want of memory, and then the start fails as well.
    Native.function(SpawnFunctions.ADD_CHDIR, address, memory.at(directory));
  }

  @Override
  public void close() {
    Native.function(SpawnFunctions.ACTIONS_DESTROY, address);
    moved.forEach(Descriptor::close);
  }
}
