package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.bundle.ExecProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing an exec closes all that the agent held of it, as the agent's death does. */
@Tag("host")
class ConmonExecIT {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void theExitCodeIsKnownWhenTheAgentDiedBeforeItHeardThePid(String runtime) throws Exception {
    try (var rig = new Rig(directory, runtime)) {
      var launch = launch(rig);
      var files = files(launch);
      try (var exec = begin(files, launch)) {
        assertThat(exec.suits(launch)).isTrue();
        exec.hand(ExecProcess.write(launch.bundle(), launch.spec(), Map.of(), rig.host));
        while (!Files.exists(files.pidFile())) {
          Thread.yield(); // the runtime has read it, and nobody has heard of the process
        }
      }

      assertThat(MonitorContract.code(new ExitWatch().exit(files))).isEqualTo(8);
      assertThat(rig.root.resolve("tmp/ran")).exists();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void nothingRunsAndNobodyWaitsWhenTheAgentDiedBeforeItSaidWhat(String runtime) throws Exception {
    try (var rig = new Rig(directory, runtime)) {
      var launch = launch(rig);
      var files = files(launch);
      begin(files, launch).close();

      var monitor = ProcessHandle.of(files.monitor().orElseThrow().pid());
      if (monitor.isPresent()) {
        monitor.get().onExit().get(20, TimeUnit.SECONDS);
      }
      assertThat(files.pidFile()).doesNotExist();
      assertThat(rig.root.resolve("tmp/ran")).doesNotExist();
    }
  }

  /** An exec in a container that runs. */
  private static Monitor.ExecLaunch launch(Rig rig) throws Exception {
    var id = rig.id();
    rig.bundle(id, spec -> spec, "sleep", "60");
    rig.monitor.create(rig.launch(id, 1), Rig.DEADLINE);
    rig.runtime.start(id);
    return new Monitor.ExecLaunch(
        id,
        MonitorContract.EXEC,
        rig.runtime,
        rig.bundleOf(id),
        MonitorContract.attached("sh", "-c", "echo > /tmp/ran; exit 8"),
        Map.of());
  }

  private static ConmonExec begin(RunFiles files, Monitor.ExecLaunch launch) throws IOException {
    return ConmonExec.begin(
        Path.of("/usr/bin/conmon"), files, launch, new ExitWatch(), Rig.DEADLINE);
  }

  private RunFiles files(Monitor.ExecLaunch launch) {
    return RunFiles.ofExec(directory.resolve("run"), launch.id(), launch.execId());
  }
}
