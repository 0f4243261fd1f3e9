package io.gantry.agent.host.runtime;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.SealedProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Executes a sealed copy of the runtime, which spares it to copy itself each time. The copy belongs
 * to this agent; an upgraded program is used from the agent's next start on.
 */
final class SealedEntrance implements Entrance {
  private final Entrance through;
  private final Descriptor copy;

  SealedEntrance(Path program, Entrance through) throws IOException {
    this.through = through;
    this.copy = SealedProgram.of(program);
  }

  @Override
  public Entered enter(String program) throws IOException {
    return through.enter(path());
  }

  @Override
  public Entered enterCreating(String program, List<Path> paths) throws IOException {
    return through.enterCreating(path(), paths);
  }

  @Override
  public Entered enterRunning(String program) throws IOException {
    return through.enterRunning(path());
  }

  private String path() {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + copy.number();
  }
}
