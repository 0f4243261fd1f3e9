package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ResourceSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
      case Behaviour.ExitsWith(var code) -> plain(id, incarnation, "sh", "-c", "exit " + code);
      case Behaviour.Echoes() -> {
        rig.bundle(id, spec -> spec, "cat");
        yield rig.launch(id, incarnation, false, true);
      }
      case Behaviour.Writes() -> plain(id, incarnation, "sh", "-c", "echo out; echo err >&2");
      case Behaviour.Sleeps() -> plain(id, incarnation, "sleep", "600");
      case Behaviour.Missing() -> plain(id, incarnation, "nope");
      case Behaviour.Forbidden() -> plain(id, incarnation, "/bin/noexec");
      case Behaviour.TellsSize() -> {
        // conmon takes sizes and input from two places, in no order; a size of nothing is an error.
        var script = "read line; until stty size 2>/dev/null; do sleep 0.01; done";
        rig.bundle(id, Rig::withTerminal, "sh", "-c", script);
        yield rig.launch(id, incarnation, true, true);
      }
    };
  }

  @Test
  void anExecIsConfinedAsItsContainerIs() throws Exception {
    var look =
        "grep -E '^(Seccomp|CapBnd|CapEff|NoNewPrivs):' /proc/self/status; cat /proc/self/cgroup";
    var id = newId();
    var spec = prepared(id, 1, new Behaviour.Sleeps());
    rig.bundle(id, each -> each, "sh", "-c", look + "; sleep 600");
    monitor().create(spec, Rig.DEADLINE);
    try (var console = monitor().attach(id, 1)) {
      runtime().start(id);
      var own = new StringBuilder();
      var filtered = "Seccomp:\t2\n";
      while (!own.toString().contains("0::/")) {
        own.append(new String(console.read().orElseThrow().bytes(), StandardCharsets.US_ASCII));
      }
      var exec = exec(id, attached("sh", "-c", look));
      try (var output = exec.console().orElseThrow()) {
        assertThat(everything(output).get(1)).isEqualTo(own.toString()).contains(filtered);
      }
    }
  }

  @Test
  void theKernelsKillForWantOfMemoryIsTold() throws Exception {
    var id = newId();
    var launch = prepared(id, 1, new Behaviour.Sleeps());
    rig.bundle(
        id,
        each -> each.setResources(ResourceSpec.newBuilder().setMemoryBytes(12 << 20)),
        "dd",
        "if=/dev/zero",
        "of=/dev/null",
        "bs=60M",
        "count=1");
    var created = monitor().create(launch, Rig.DEADLINE);
    runtime().start(id);
    var exit =
        monitor().exit(id, 1, created.monitorPid()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(exit.code()).isEqualTo(128 + KILL);
    assertThat(exit.oom()).isTrue();
  }

  @Test
  void whatTheMonitorKeepsIsHadFromItAndNotByTheProcess() throws Exception {
    var id = newId();
    var look = "for each in /proc/self/fd/*; do readlink $each; done; echo end; exec sleep 600";
    var secret = Files.writeString(rig.root.resolve("kept-" + id.abbreviated()), "kept");
    rig.bundle(id, each -> each, "sh", "-c", look);
    try (var given = Descriptor.open(secret, 0)) {
      monitor().create(rig.launch(id, 1).keeping(given), Rig.DEADLINE);
    }
    try (var console = monitor().attach(id, 1)) {
      runtime().start(id);
      var seen = new StringBuilder();
      while (!seen.toString().contains("end")) {
        seen.append(new String(console.read().orElseThrow().bytes(), StandardCharsets.US_ASCII));
      }
      assertThat(seen.toString()).doesNotContain("kept-");
    }
    try (var had = monitor().kept(id, 1).orElseThrow()) {
      assertThat(had.path()).hasContent("kept");
    }
    assertThat(monitor().kept(newId(), 1)).isEmpty();
    Files.delete(secret);
  }

  @Test
  void aLogIsRotatedWithoutLosingALine() throws Exception {
    var id = newId();
    rig.bundle(
        id,
        each -> each,
        "sh",
        "-c",
        "i=0; while [ ! -e /tmp/stop-$HOSTNAME ]; do i=$((i+1)); echo $i; sleep 0.01; done");
    var launch =
        new Monitor.Launch(
            id,
            1,
            bundle(id),
            List.of(),
            runtime(),
            false,
            false,
            true,
            Optional.of(rig.log(id)),
            2000,
            50,
            Optional.empty());
    var created = monitor().create(launch, Rig.DEADLINE);
    runtime().start(id);
    var rotated = rig.log(id).resolveSibling("container.log.2");
    try (var watch = directory.getFileSystem().newWatchService()) {
      bundle(id).register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(rotated)) {
        assertThat(watch.poll(20, TimeUnit.SECONDS)).isNotNull().satisfies(WatchKey::reset);
      }
    }
    Files.writeString(rig.root.resolve("tmp/stop-" + id.abbreviated()), "");
    code(monitor().exit(id, 1, created.monitorPid()));
    var lines = new ArrayList<Integer>();
    for (var age = 20; age >= 0; age--) {
      var file = age == 0 ? rig.log(id) : rig.log(id).resolveSibling("container.log." + age);
      if (Files.exists(file)) {
        for (var line : Files.readAllLines(file)) {
          lines.add(Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)));
        }
      }
    }
    assertThat(lines).isEqualTo(IntStream.rangeClosed(1, lines.size()).boxed().toList());
  }

  @Test
  void ofAnExecThatIsPreparedAndForgottenNothingStays() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    for (var spec : List.of(attached("true"), ExecSpec.newBuilder().addCommand("true").build())) {
      monitor().prepareExec(launch(id, spec));
      monitor().releaseExec(id, EXEC);
      assertThat(RunFiles.ofExec(directory.resolve("run"), id, EXEC).directory()).doesNotExist();
    }
  }

  @Test
  void afterTwoExecsTheThirdIsWaitedForAndRunsWhatItIsToldThen() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var spare = afterTwoExecs(id);

    assertThat(monitor().spareExec(id, attached("true").toBuilder().setTty(true).build()))
        .isEmpty();
    var spec = attached("sh", "-c", "cat; echo $WORD >&2; exit 3");
    assertThat(monitor().spareExec(id, spec)).contains(spare);
    assertThat(monitor().spareExec(id, spec)).isEmpty();

    var launch =
        new Monitor.ExecLaunch(id, spare, runtime(), bundle(id), spec, Map.of("WORD", "said"));
    monitor().prepareExec(launch);
    var exec = monitor().exec(launch, Rig.DEADLINE);
    try (var console = exec.console().orElseThrow()) {
      console.write("hello".getBytes(StandardCharsets.US_ASCII), 0, 5);
      console.closeInput();
      assertThat(everything(console)).isEqualTo(Map.of(1, "hello", 2, "said\n"));
    }
    assertThat(code(exec.exit())).isEqualTo(3);
    monitor().releaseExec(id, spare);
  }

  @Test
  void whatWaitsForAnExecGoesWithItsRun() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var files = RunFiles.ofExec(directory.resolve("run"), id, afterTwoExecs(id));
    var waits = files.monitor().orElseThrow();

    monitor().release(id, 1);

    assertThat(files.directory()).doesNotExist();
    ProcessHandle.of(waits.pid()).ifPresent(process -> process.onExit().join());
    assertThat(monitor().spareExec(id, attached("true"))).isEmpty();
  }

  /** What waits then, when its monitor does. */
  private String afterTwoExecs(ContainerId id) throws Exception {
    for (var execId : List.of("1".repeat(64), "2".repeat(64))) {
      var launch =
          new Monitor.ExecLaunch(id, execId, runtime(), bundle(id), attached("true"), Map.of());
      monitor().prepareExec(launch);
      var exec = monitor().exec(launch, Rig.DEADLINE);
      try (var console = exec.console().orElseThrow()) {
        everything(console);
      }
      code(exec.exit());
      monitor().releaseExec(id, execId);
    }
    var execs = RunFiles.container(directory.resolve("run"), id).resolve("exec");
    while (true) {
      try (var waiting = Files.newDirectoryStream(execs)) {
        for (var one : waiting) {
          if (Files.exists(one.resolve("attach"))) {
            return one.getFileName().toString();
          }
        }
      }
      Thread.yield();
    }
  }

  @Test
  void limitsOfARunningContainerCanBeChanged() throws Exception {
    assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/memory")), "control groups of version 1");
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    for (var bytes : List.of(64L << 20, 32L << 20, 128L << 20)) {
      runtime()
          .update(
              id,
              ResourceSpec.newBuilder()
                  .setMemoryBytes(bytes)
                  .setCpuShares(512)
                  .setPidsLimit(50)
                  .build());
      assertThat(insideOf(id, "cat /sys/fs/cgroup/memory/memory.limit_in_bytes"))
          .isEqualTo(bytes + "\n");
    }
    assertThat(insideOf(id, "cat /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/pids/pids.max"))
        .isEqualTo("512\n50\n");
  }

  private String insideOf(ContainerId id, String script) throws Exception {
    var exec = exec(id, attached("sh", "-c", script));
    try (var console = exec.console().orElseThrow()) {
      var output = everything(console).getOrDefault(1, "");
      code(exec.exit());
      return output;
    } finally {
      monitor().releaseExec(id, EXEC);
    }
  }

  @Test
  void aLongRunDirectoryIsNoHindrance() throws Exception {
    var long_ = new Rig(directory.resolve("d".repeat(150)), rig.root, rig);
    var id = newId();
    rig.bundle(id, each -> each, "cat");
    long_.monitor.create(rig.launch(id, 1, false, true), Rig.DEADLINE);
    try (var console = long_.monitor.attach(id, 1)) {
      runtime().start(id);
      console.write("hi".getBytes(StandardCharsets.US_ASCII), 0, 2);
      console.closeInput();
      assertThat(everything(console)).isEqualTo(Map.of(1, "hi"));
    } finally {
      long_.monitor.remove(id);
    }
  }

  @Test
  void aRuntimeThatHangsIsGivenUpAndLeavesNoProcess() throws Exception {
    var mark = "600." + ProcessHandle.current().pid();
    var hanging = directory.resolve("hanging");
    Files.writeString(hanging, "#!/bin/sh\n/bin/sleep " + mark + "\n");
    Files.setPosixFilePermissions(hanging, PosixFilePermissions.fromString("rwxr-xr-x"));
    var stuck =
        new CommandLineRuntime(
            new CommandLineRuntime.Settings(
                "stuck", hanging, directory.resolve("stuck"), "1", false, Duration.ofMillis(300)),
            Entrance.DIRECT);
    var id = newId();
    rig.bundle(id, each -> each, "true");
    var launch =
        new Monitor.Launch(
            id,
            1,
            bundle(id),
            List.of(),
            stuck,
            false,
            false,
            true,
            Optional.empty(),
            0,
            1,
            Optional.empty());
    assertThatThrownBy(() -> monitor().create(launch, Duration.ofMillis(300)))
        .isInstanceOf(Monitor.CreateFailed.class)
        .hasMessageContaining("stuck create did not answer within PT0.3S");
    assertThatThrownBy(() -> stuck.kill(id, TERM, true))
        .hasMessageContaining("did not end within PT0.3S: killed");
    // A killed process is seen for a moment still.
    for (var each : ProcessHandle.allProcesses().toList()) {
      if (each.info().commandLine().orElse("").contains(mark)) {
        assertThat(each.onExit()).succeedsWithin(Duration.ofSeconds(5));
      }
    }
  }

  private Monitor.Launch plain(ContainerId id, long incarnation, String... command)
      throws IOException {
    rig.bundle(id, spec -> spec, command);
    return rig.launch(id, incarnation);
  }
}
