package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.Monitor.Console;
import io.gantry.agent.host.OciRuntime;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link Monitor} does, together with every {@link OciRuntime}. */
abstract class MonitorContract {
  static final int TERM = 15;
  static final int KILL = 9;

  abstract Monitor monitor();

  abstract OciRuntime runtime();

  /** A container of this id is ready to be created; its process will do this. */
  abstract Monitor.Launch prepared(ContainerId id, long incarnation, Behaviour behaviour)
      throws IOException;

  abstract ContainerId newId();

  abstract Path bundle(ContainerId id);

  /** What a container's process does. */
  sealed interface Behaviour {
    record ExitsWith(int code) implements Behaviour {}

    /** Copies stdin to stdout and ends with it. */
    record Echoes() implements Behaviour {}

    /** Writes "out" to stdout and "err" to stderr. */
    record Writes() implements Behaviour {}

    record Sleeps() implements Behaviour {}

    /** Its program does not exist. */
    record Missing() implements Behaviour {}

    /** Its program is a file that nobody may execute. */
    record Forbidden() implements Behaviour {}

    /** With a terminal: waits for a line, then says the terminal's size, "ROWS COLUMNS". */
    record TellsSize() implements Behaviour {}
  }

  @Test
  void aRunIsCreatedStartedEndsAndIsDeleted() throws Exception {
    var id = newId();
    var created = create(id, new Behaviour.ExitsWith(3));
    assertThat(monitor().alive(id, 1)).isTrue();
    assertThat(runtime().state(id)).contains(new OciRuntime.State("created", created.pid()));
    runtime().start(id);
    assertThat(code(monitor().exit(id, 1, created.monitorPid()))).isEqualTo(3);
    assertThat(monitor().alive(id, 1)).isFalse();
    assertThat(runtime().state(id)).contains(new OciRuntime.State("stopped", 0));
    runtime().delete(id);
    assertThat(runtime().state(id)).isEmpty();
    monitor().remove(id);
    assertThatThrownBy(() -> code(monitor().exit(id, 1, created.monitorPid())))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void theExitOfARunIsKnownAsOftenAsItIsAskedForAndNotThatOfAnotherRun() throws Exception {
    var id = newId();
    var first = create(id, 1, new Behaviour.ExitsWith(1));
    runtime().start(id);
    assertThat(code(monitor().exit(id, 1, first.monitorPid()))).isEqualTo(1);
    runtime().delete(id);
    var second = create(id, 2, new Behaviour.ExitsWith(2));
    runtime().start(id);
    assertThat(code(monitor().exit(id, 2, second.monitorPid()))).isEqualTo(2);
    assertThat(code(monitor().exit(id, 1, first.monitorPid()))).isEqualTo(1);
  }

  @Test
  void aSignalEndsItAndTheCodeSaysWhich() throws Exception {
    var id = newId();
    var created = create(id, new Behaviour.Sleeps());
    runtime().start(id);
    assertThat(runtime().state(id)).contains(new OciRuntime.State("running", created.pid()));
    runtime().kill(id, KILL, false);
    assertThat(code(monitor().exit(id, 1, created.monitorPid()))).isEqualTo(128 + KILL);
    assertThatThrownBy(() -> runtime().kill(id, TERM, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not running");
  }

  @Test
  void allOfItCanBeSignalled() throws Exception {
    var id = newId();
    var created = create(id, new Behaviour.Sleeps());
    runtime().start(id);
    runtime().kill(id, KILL, true);
    assertThat(code(monitor().exit(id, 1, created.monitorPid()))).isEqualTo(128 + KILL);
  }

  @Test
  void aMissingProgramIsRefusedInTheWordsThatClientsKnow() {
    var id = newId();
    assertThatThrownBy(() -> create(id, new Behaviour.Missing()))
        .isInstanceOf(Monitor.CreateFailed.class)
        .hasMessageContaining("exec: \"nope\": executable file not found in $PATH");
  }

  @Test
  void aForbiddenProgramIsRefusedInTheWordsThatClientsKnow() {
    var id = newId();
    assertThatThrownBy(() -> create(id, new Behaviour.Forbidden()))
        .isInstanceOf(Monitor.CreateFailed.class)
        .hasMessageContaining("exec: \"/bin/noexec\": permission denied");
  }

  @Test
  void afterARefusalTheSameRunCanBeCreated() throws Exception {
    var id = newId();
    assertThatThrownBy(() -> create(id, new Behaviour.Missing()))
        .isInstanceOf(Monitor.CreateFailed.class);
    var created = create(id, new Behaviour.ExitsWith(0));
    runtime().start(id);
    assertThat(code(monitor().exit(id, 1, created.monitorPid()))).isZero();
  }

  @Test
  void whatAnAgentDidNotRecordIsReplacedWhenItCreatesAgain() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    var created = create(id, new Behaviour.ExitsWith(4));
    runtime().start(id);
    assertThat(code(monitor().exit(id, 1, created.monitorPid()))).isEqualTo(4);
  }

  @Test
  void attachedBeforeTheStartNothingOfTheOutputIsLost() throws Exception {
    var id = newId();
    create(id, new Behaviour.Writes());
    try (var console = monitor().attach(id, 1)) {
      runtime().start(id);
      assertThat(everything(console)).isEqualTo(Map.of(1, "out\n", 2, "err\n"));
    }
  }

  @Test
  void theEndOfInputReachesTheProcessAndItsOutputStillComes() throws Exception {
    var id = newId();
    var created = create(id, new Behaviour.Echoes());
    try (var console = monitor().attach(id, 1)) {
      runtime().start(id);
      var bytes = "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
      var writer = Thread.startVirtualThread(() -> write(console, bytes));
      assertThat(everything(console)).isEqualTo(Map.of(1, "x".repeat(20_000)));
      writer.join();
    }
    assertThat(code(monitor().exit(id, 1, created.monitorPid()))).isZero();
  }

  @Test
  void aTerminalHasTheSizeItIsGiven() throws Exception {
    var id = newId();
    create(id, new Behaviour.TellsSize());
    try (var console = monitor().attach(id, 1)) {
      runtime().start(id);
      monitor().resize(id, 1, 47, 133);
      console.write("go\n".getBytes(StandardCharsets.US_ASCII), 0, 3);
      assertThat(everything(console).get(1)).contains("47 133");
    }
  }

  @Test
  void anExecHasItsOwnOutputAndItsOwnCode() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var exec = exec(id, attached("sh", "-c", "echo out; echo err >&2; exit 5"));
    try (var console = exec.console().orElseThrow()) {
      assertThat(everything(console)).isEqualTo(Map.of(1, "out\n", 2, "err\n"));
    }
    assertThat(code(exec.exit())).isEqualTo(5);
    assertThat(monitor().alive(id, 1)).isTrue();
  }

  @Test
  void anExecThatWasPreparedIsAsAnyOther() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var spec = attached("sh", "-c", "echo out; echo err >&2; exit 5");
    monitor().prepareExec(launch(id, spec));
    var exec = exec(id, spec);
    try (var console = exec.console().orElseThrow()) {
      assertThat(everything(console)).isEqualTo(Map.of(1, "out\n", 2, "err\n"));
    }
    assertThat(code(exec.exit())).isEqualTo(5);
    monitor().releaseExec(id, EXEC);
  }

  @Test
  void anExecIsStartedAsAskedThoughItWasPreparedOtherwise() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    monitor().prepareExec(launch(id, attached("true")));
    var exec = exec(id, ExecSpec.newBuilder().addCommand("true").build());
    assertThat(exec.console()).isEmpty();
    assertThat(code(exec.exit())).isZero();
  }

  @Test
  void anExecReadsItsInputToTheEnd() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var exec = exec(id, attached("cat"));
    try (var console = exec.console().orElseThrow()) {
      write(console, "hello".getBytes(StandardCharsets.US_ASCII));
      assertThat(everything(console)).isEqualTo(Map.of(1, "hello"));
    }
    assertThat(code(exec.exit())).isZero();
  }

  @Test
  void aDetachedExecHasNoConsole() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var exec = exec(id, ExecSpec.newBuilder().addCommand("true").build());
    assertThat(exec.console()).isEmpty();
    assertThat(code(exec.exit())).isZero();
  }

  @Test
  void anExecThatCannotBeRunIsRefused() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    assertThatThrownBy(() -> exec(id, attached("nope")))
        .isInstanceOf(Monitor.CreateFailed.class)
        .hasMessageContaining("executable file not found in $PATH");
    assertThatThrownBy(() -> exec(id, ExecSpec.newBuilder().addCommand("nope").build()))
        .isInstanceOf(Monitor.CreateFailed.class)
        .hasMessageContaining("executable file not found in $PATH");
  }

  @Test
  void anExecCanBeKilled() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var exec = exec(id, ExecSpec.newBuilder().addCommand("sleep").addCommand("600").build());
    monitor().killExec(id, EXEC);
    assertThat(code(exec.exit())).isEqualTo(128 + KILL);
    monitor().killExec(id, EXEC);
  }

  @Test
  void theEndOfAnExecIsKnownUntilItIsReleased() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    var exec = exec(id, ExecSpec.newBuilder().addCommand("true").build());
    assertThat(code(exec.exit())).isZero();
    assertThat(code(monitor().execExit(id, EXEC))).isZero();
    monitor().releaseExec(id, EXEC);
    monitor().releaseExec(id, EXEC);
    assertThat(monitor().execExit(id, EXEC).toCompletableFuture())
        .failsWithin(java.time.Duration.ofSeconds(5));
  }

  @Test
  void aReleasedRunIsForgotten() throws Exception {
    var id = newId();
    var created = create(id, new Behaviour.ExitsWith(0));
    runtime().start(id);
    assertThat(code(monitor().exit(id, 1, created.monitorPid()))).isZero();
    runtime().delete(id);
    monitor().release(id, 1);
    monitor().release(id, 1);
    assertThat(monitor().exit(id, 1, created.monitorPid()).toCompletableFuture())
        .failsWithin(java.time.Duration.ofSeconds(5));
  }

  @Test
  void removingEndsWhatStillRuns() throws Exception {
    var id = newId();
    create(id, new Behaviour.Sleeps());
    runtime().start(id);
    monitor().remove(id);
    runtime().delete(id);
    assertThat(monitor().alive(id, 1)).isFalse();
    assertThat(runtime().state(id)).isEmpty();
    monitor().remove(id);
    runtime().delete(id);
  }

  // -- words ----------------------------------------------------------------------------------

  static final String EXEC = "e".repeat(64);

  Monitor.Created create(ContainerId id, Behaviour behaviour) throws IOException {
    return create(id, 1, behaviour);
  }

  Monitor.Created create(ContainerId id, long incarnation, Behaviour behaviour) throws IOException {
    return monitor().create(prepared(id, incarnation, behaviour), Rig.DEADLINE);
  }

  Monitor.ExecStarted exec(ContainerId id, ExecSpec spec) throws IOException {
    return monitor().exec(launch(id, spec), Rig.DEADLINE);
  }

  Monitor.ExecLaunch launch(ContainerId id, ExecSpec spec) {
    return new Monitor.ExecLaunch(id, EXEC, runtime(), bundle(id), spec, Map.of());
  }

  static ExecSpec attached(String... command) {
    return ExecSpec.newBuilder()
        .addAllCommand(java.util.List.of(command))
        .setAttachStdin(true)
        .setAttachStdout(true)
        .setAttachStderr(true)
        .build();
  }

  static int code(CompletionStage<Monitor.Exit> exit) throws Exception {
    return exit.toCompletableFuture().get(20, TimeUnit.SECONDS).code();
  }

  static Map<Integer, String> everything(Console console) throws IOException {
    var texts = new java.util.HashMap<Integer, String>();
    for (var output = console.read(); output.isPresent(); output = console.read()) {
      var text = new String(output.get().bytes(), StandardCharsets.US_ASCII);
      texts.merge(output.get().stream(), text, String::concat);
    }
    return texts;
  }

  private static void write(Console console, byte[] bytes) {
    try {
      console.write(bytes, 0, bytes.length);
      console.closeInput();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }
}
