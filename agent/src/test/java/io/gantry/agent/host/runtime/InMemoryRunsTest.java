package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.fake.InMemoryRuns;
import io.gantry.agent.host.fake.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class InMemoryRunsTest extends MonitorContract {
  private static final Program NOT_FOUND =
      new Program.Refused("exec: \"nope\": executable file not found in $PATH");
  private static final Program FORBIDDEN =
      new Program.Refused("exec: \"/bin/noexec\": permission denied");

  private final InMemoryRuns runs = new InMemoryRuns(InMemoryRunsTest::command);

  private static Program command(List<String> words) {
    return switch (words.getFirst()) {
      case "cat" -> new Program.Echoes();
      case "sleep" -> new Program.Sleeps();
      case "sh" -> new Program.Writes("out\n", "err\n", 5);
      case "true" -> Program.exits(0);
      default -> NOT_FOUND;
    };
  }

  @Override
  Monitor monitor() {
    return runs;
  }

  @Override
  OciRuntime runtime() {
    return runs.runtime();
  }

  @Override
  ContainerId newId() {
    return ContainerId.random();
  }

  @Override
  Path bundle(ContainerId id) {
    return Path.of("/nonexistent");
  }

  @Override
  Monitor.Launch prepared(ContainerId id, long incarnation, Behaviour behaviour) {
    runs.program(
        id,
        switch (behaviour) {
          case Behaviour.ExitsWith(var code) -> Program.exits(code);
          case Behaviour.Echoes() -> new Program.Echoes();
          case Behaviour.Writes() -> new Program.Writes("out\n", "err\n", 0);
          case Behaviour.Sleeps() -> new Program.Sleeps();
          case Behaviour.Missing() -> NOT_FOUND;
          case Behaviour.Forbidden() -> FORBIDDEN;
          case Behaviour.TellsSize() -> new Program.TellsSize();
        });
    return new Monitor.Launch(
        id,
        incarnation,
        bundle(id),
        List.of(),
        runtime(),
        false,
        true,
        true,
        Optional.empty(),
        0,
        1,
        Optional.empty());
  }
}
