package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class AgentDeathIT {
  @TempDir Path directory;
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
    return new ProcessBuilder(
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
