package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class AgentDeathIT {
  @TempDir Path directory;
  private final List<Process> started = new java.util.ArrayList<>();
  private Rig rig;
  private ContainerId early;
  private ContainerId late;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(directory, "crun");
    early = rig.id();
    late = rig.id();
  }

  @AfterEach
  void close() throws IOException {
    started.forEach(Process::destroyForcibly);
    rig.close();
  }

  @Test
  void containersOutliveAnAgentThatIsKilledAndTheNextOneLearnsHowTheyEnded() throws Exception {
    var agent = agent();
    var monitors = startedBy(agent);
    agent.destroyForcibly().waitFor();

    // One ends while no agent looks, the other under the next agent's eyes.
    answer(early);
    awaitEnd(monitors.getFirst());
    assertThat(rig.monitor.alive(early, 1)).isFalse();
    assertThat(rig.monitor.alive(late, 1)).isTrue();
    var exit = rig.monitor.exit(late, 1, monitors.getLast()).toCompletableFuture();
    assertThat(exit).isNotDone();
    answer(late);
    assertThat(exit.get(10, TimeUnit.SECONDS).code()).isEqualTo(7);
    assertThat(MonitorContract.code(rig.monitor.exit(early, 1, monitors.getFirst()))).isEqualTo(7);
    assertThat(Files.readString(rig.log(early))).endsWith(" stdout F late\n");
    assertThat(Files.readString(rig.log(late))).endsWith(" stdout F late\n");
  }

  @Test
  void aMonitorThatWasNotWrittenDownBeforeItsAgentDiedIsFound() throws Exception {
    var agent = agent();
    var monitors = startedBy(agent);
    agent.destroyForcibly().waitFor();
    Files.delete(RunFiles.ofRun(directory.resolve("run"), late, 1).directory().resolve("monitor"));

    var exit = rig.monitor.exit(late, 1, monitors.getLast()).toCompletableFuture();

    assertThat(exit).isNotDone();
    answer(late);
    assertThat(exit.get(10, TimeUnit.SECONDS).code()).isEqualTo(7);
  }

  @Test
  void anExecThatWasOnlyPreparedDoesNotRunWhenTheAgentIsKilled() throws Exception {
    var agent = agent();
    startedBy(agent);
    var waiting = monitorsOf(MonitorContract.EXEC);
    assertThat(waiting).isNotEmpty();
    agent.destroyForcibly().waitFor();
    for (var monitor : waiting) {
      awaitEnd(monitor);
    }
    for (var id : List.of(early, late)) {
      assertThat(rig.root.resolve("tmp/ran-" + id.abbreviated())).doesNotExist();
      assertThat(rig.monitor.alive(id, 1)).isTrue();
    }
    var spec = MonitorContract.attached("sh", "-c", "echo > /tmp/ran-" + late.abbreviated());
    var exec =
        rig.monitor.exec(
            new Monitor.ExecLaunch(
                late, MonitorContract.EXEC, rig.runtime, rig.bundleOf(late), spec, Map.of()),
            Rig.DEADLINE);
    exec.console().ifPresent(Monitor.Console::close);
    assertThat(MonitorContract.code(exec.exit())).isZero();
    assertThat(rig.root.resolve("tmp/ran-" + late.abbreviated())).exists();
    Files.delete(rig.root.resolve("tmp/ran-" + late.abbreviated()));
    answer(early);
    answer(late);
  }

  /** Of this test's run directory. */
  private List<Long> monitorsOf(String exec) throws IOException {
    var found = new java.util.ArrayList<Long>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        try {
          var words = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
          if (words.startsWith("/usr/bin/conmon")
              && words.contains(directory.toString())
              && words.contains(exec)) {
            found.add(Long.parseLong(process.getFileName().toString()));
          }
        } catch (IOException ended) {
          // Between the listing and the reading.
        }
      }
    }
    return found;
  }

  private void answer(ContainerId id) throws IOException {
    try (var console = rig.monitor.attach(id, 1)) {
      console.write("late\n".getBytes(StandardCharsets.US_ASCII), 0, 5);
      while (console.read().isPresent()) {
        // To the end.
      }
    }
  }

  private static void awaitEnd(long pid) throws IOException, InterruptedException {
    var process = ProcessIdentity.of(pid);
    if (process.isPresent()) {
      try (var hold = io.gantry.agent.host.kernel.PidFd.open(pid)) {
        hold.ended().toCompletableFuture().join();
      }
    }
  }

  private Process agent() throws IOException {
    var agent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-D" + Rig.GROUP + "=" + rig.group,
                "-cp",
                classPath(),
                DyingAgent.class.getName(),
                directory.toString(),
                "crun",
                early.value(),
                late.value())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    started.add(agent);
    return agent;
  }

  /** Test runners put it in various places. */
  private static String classPath() {
    if (AgentDeathIT.class.getClassLoader() instanceof java.net.URLClassLoader loader) {
      return java.util.Arrays.stream(loader.getURLs())
          .map(java.net.URL::getPath)
          .collect(java.util.stream.Collectors.joining(":"));
    }
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static List<Long> startedBy(Process agent) throws IOException {
    var output =
        new BufferedReader(new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8));
    var monitors = new java.util.ArrayList<Long>();
    for (var line = output.readLine(); !"ready".equals(line); line = output.readLine()) {
      if (line == null) {
        throw new IOException("the agent ended before it was ready");
      }
      monitors.add(Long.parseLong(line));
    }
    return monitors;
  }
}
