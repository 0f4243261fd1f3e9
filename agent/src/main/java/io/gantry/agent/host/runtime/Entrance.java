package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How a runtime's program is entered: directly, or through another view of the host. */
public interface Entrance {
  Entrance DIRECT = program -> new Entered(List.of(program), () -> {});

  Entered enter(String program) throws IOException;

  /** As {@link #enter}, to create a container from these. */
  default Entered enterCreating(String program, List<Path> paths) throws IOException {
    return enter(program);
  }

  /** As {@link #enter}, for an operation on a container that runs. */
  default Entered enterRunning(String program) throws IOException {
    return enter(program);
  }

  /**
   * @param command ends by executing the program
   * @param release to be run once the runtime's operation has ended
   */
  record Entered(List<String> command, Runnable release) {}
}
