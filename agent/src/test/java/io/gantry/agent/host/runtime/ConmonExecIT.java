package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.bundle.ExecProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("host")
class ConmonExecIT {
  @TempDir Path directory;

  /** Closing the exec closes all that the agent held of it, as its death does. */
  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void theExitCodeIsKnownWhenTheAgentDiedBeforeItHeardThePid(String runtime) throws Exception {
    try (var rig = new Rig(directory, runtime)) {
      var id = rig.id();
      rig.bundle(id, spec -> spec, "sleep", "60");
      rig.monitor.create(rig.launch(id, 1), Rig.DEADLINE);
      rig.runtime.start(id);
      var spec = MonitorContract.attached("sh", "-c", "echo > /tmp/ran; exit 8");
      var launch =
          new Monitor.ExecLaunch(
              id, MonitorContract.EXEC, rig.runtime, rig.bundleOf(id), spec, Map.of());
      var files = RunFiles.ofExec(directory.resolve("run"), id, MonitorContract.EXEC);
      var exits = new ExitWatch();
      try (var exec = ConmonExec.begin(Path.of("/usr/bin/conmon"), files, launch, exits)) {
        assertThat(exec.isFor(launch)).isTrue();
        while (!Files.exists(files.attach())) {
          Thread.yield(); // the monitor listens, and waits for the word to go on
        }
        Files.write(
            files.processSpec(), ExecProcess.write(launch.bundle(), spec, Map.of(), rig.host));
      }

      assertThat(MonitorContract.code(new ExitWatch().exit(files))).isEqualTo(8);
      assertThat(rig.root.resolve("tmp/ran")).exists();
    }
  }
}
