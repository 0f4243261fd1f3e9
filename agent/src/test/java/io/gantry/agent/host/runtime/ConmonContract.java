package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** conmon with one real runtime. */
abstract class ConmonContract extends MonitorContract {
  @TempDir Path directory;
  Rig rig;

  abstract String runtimeName();

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(directory, runtimeName());
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  @Override
  Monitor monitor() {
    return rig.monitor;
  }

  @Override
  OciRuntime runtime() {
    return rig.runtime;
  }

  @Override
  ContainerId newId() {
    return rig.id();
  }

  @Override
  Path bundle(ContainerId id) {
    return rig.bundleOf(id);
  }

  @Override
  Monitor.Launch prepared(ContainerId id, long incarnation, Behaviour behaviour)
      throws IOException {
    return switch (behaviour) {
      case Behaviour.ExitsWith(var code) ->
          plain(id, incarnation, "sh", "-c", "exit " + code);
      case Behaviour.Echoes() -> {
        rig.bundle(id, spec -> spec, "cat");
        yield rig.launch(id, incarnation, false, true);
      }
      case Behaviour.Writes() -> plain(id, incarnation, "sh", "-c", "echo out; echo err >&2");
      case Behaviour.Sleeps() -> plain(id, incarnation, "sleep", "600");
      case Behaviour.Missing() -> plain(id, incarnation, "nope");
      case Behaviour.Forbidden() -> plain(id, incarnation, "/bin/noexec");
      case Behaviour.TellsSize() -> {
        rig.bundle(id, Rig::withTerminal, "sh", "-c", "read line; stty size");
        yield rig.launch(id, incarnation, true, true);
      }
    };
  }

  private Monitor.Launch plain(ContainerId id, long incarnation, String... command)
      throws IOException {
    rig.bundle(id, spec -> spec, command);
    return rig.launch(id, incarnation);
  }
}
