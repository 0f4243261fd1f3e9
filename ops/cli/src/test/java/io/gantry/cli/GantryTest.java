package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.gantry.agent.fake.InMemoryEngine;
import io.gantry.agent.grpc.GrpcApi;
import io.gantry.agent.socket.ListenAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way: words of a command line, gRPC over a unix socket, the edge, an engine without a
 * host.
 */
@Timeout(30)
class GantryTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path directory;
  private InMemoryEngine engine;
  private GrpcApi api;

  @BeforeEach
  void serve() throws IOException {
    engine = new InMemoryEngine(KIT.system());
    engine.images().add("busybox:latest", 4_030_000);
    api =
        GrpcApi.bind(
            KIT.system(),
            engine,
            new GrpcApi.Settings(
                List.of(new ListenAddress.Unix(socket())), Optional.empty(), Optional.empty()));
  }

  @AfterEach
  void close() {
    api.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private Path socket() {
    return directory.resolve("s");
  }

  private record Result(int code, String out, String err) {}

  private Result gantry(String... arguments) {
    return gantry(FakeTerminal.streams(""), arguments);
  }

  private Result gantry(FakeTerminal terminal, String... arguments) {
    var all = new String[arguments.length + 2];
    all[0] = "--grpc";
    all[1] = "unix://" + socket();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    var code = Gantry.run(terminal, all);
    return new Result(code, terminal.outText(), terminal.errText());
  }

  @Test
  void runPrintsWhatTheContainerPrintsAndEndsWithItsCode() {
    assertThat(gantry("run", "--rm", "busybox", "echo", "hello", "world"))
        .isEqualTo(new Result(0, "hello world\n", ""));
    assertThat(gantry("run", "--rm", "busybox", "complain", "a", "lot"))
        .isEqualTo(new Result(1, "", "a lot\n"));
    assertThat(gantry("run", "busybox", "exit", "42").code()).isEqualTo(42);
    assertThat(gantry("ps", "-aq").out().lines()).hasSize(1);
  }

  @Test
  void runGivesItsInputToTheContainer() {
    assertThat(gantry(FakeTerminal.streams("from here\n"), "run", "-i", "--rm", "busybox", "cat"))
        .isEqualTo(new Result(0, "from here\n", ""));
  }

  @Test
  void anInteractiveRunPutsTheTerminalIntoRawModeAndBack() {
    var terminal = FakeTerminal.interactive(InputStream.nullInputStream());
    var result = gantry(terminal, "run", "-it", "--rm", "busybox", "size");
    assertThat(result).isEqualTo(new Result(0, "47x133\n", ""));
    assertThat(terminal.modes).containsExactly("raw", "restored");
  }

  @Test
  void aTerminalIsNotMadeUpWhereThereIsNone() {
    assertThat(gantry("run", "-it", "busybox", "cat"))
        .isEqualTo(new Result(125, "", "gantry: the input device is not a terminal\n"));
  }

  @Test
  void theExitCodesOfWhatCannotRunAreDockers() {
    assertThat(gantry("run", "busybox", "nonsense"))
        .isEqualTo(
            new Result(
                127, "", "gantry: exec: \"nonsense\": executable file not found in $PATH\n"));
    assertThat(gantry("run", "absent", "echo"))
        .isEqualTo(new Result(125, "", "gantry: No such image: absent\n"));
    assertThat(gantry("run", "--what", "busybox").code()).isEqualTo(125);
    assertThat(StartFailure.exitCode("permission denied")).isEqualTo(126);
  }

  @Test
  void aDetachedContainerIsListedExecutedInStoppedAndRemoved() {
    var id = gantry("run", "-d", "--name", "web", "-l", "tier=front", "busybox", "sleep").out();

    assertThat(id.strip()).hasSize(64);
    assertThat(gantry("ps").out().lines().toList().get(1))
        .startsWith(id.substring(0, 12) + "   busybox")
        .contains("\"sleep\"", "Up ")
        .endsWith("web");
    assertThat(gantry("ps", "-l", "tier=back", "-q").out()).isEmpty();
    assertThat(gantry("ps", "--format", "json").out()).contains("\"name\":\"web\"").hasLineCount(1);
    assertThat(gantry("exec", "web", "echo", "in", "it")).isEqualTo(new Result(0, "in it\n", ""));
    assertThat(gantry("exec", "web", "exit", "3").code()).isEqualTo(3);
    assertThat(gantry("exec", "web", "nonsense").code()).isEqualTo(127);
    assertThat(gantry("exec", "-d", "web", "sleep")).isEqualTo(new Result(0, "", ""));
    assertThat(gantry("rm", "web").err())
        .isEqualTo("gantry: cannot remove container \"web\": container is running\n");
    assertThat(gantry("stop", "web", "-t", "5")).isEqualTo(new Result(0, "web\n", ""));
    assertThat(gantry("wait", "web").out()).isEqualTo("143\n");
    assertThat(gantry("rm", "web", "nobody"))
        .isEqualTo(new Result(1, "web\n", "gantry: No such container: nobody\n"));
  }

  @Test
  void anExecTakesInputAndSizesTheTerminal() {
    gantry("run", "-d", "--name", "web", "busybox", "sleep");
    assertThat(gantry(FakeTerminal.streams("typed"), "exec", "-i", "web", "cat").out())
        .isEqualTo("typed");
    var terminal = FakeTerminal.interactive(new ByteArrayInputStream("x".getBytes()));
    assertThat(gantry(terminal, "exec", "-it", "web", "cat").out()).isEqualTo("x");
    assertThat(terminal.modes).containsExactly("raw", "restored");
  }

  @Test
  void logsKeepTheStreamsApart() {
    gantry("run", "--name", "job", "busybox", "complain", "again");
    assertThat(gantry("logs", "job")).isEqualTo(new Result(0, "", "again\n"));
    assertThat(gantry("logs", "-t", "-n", "1", "job").err())
        .isEqualTo("2026-11-21T12:00:00Z again\n");
    assertThat(gantry("logs", "--tail", "few", "job").err())
        .isEqualTo("gantry: not a number of lines: \"few\" (expected a number or all)\n");
  }

  @Test
  void inspectFindsObjectsOfEveryKind() {
    gantry("run", "-d", "--name", "web", "busybox", "sleep");
    assertThat(gantry("inspect", "web").out()).startsWith("[\n{").contains("\"name\": \"web\"");
    assertThat(gantry("inspect", "busybox", "bridge").out())
        .contains("busybox:latest", "\"driver\": \"bridge\"");
    assertThat(gantry("inspect", "--type", "image", "web"))
        .isEqualTo(new Result(1, "[\n\n]\n", "gantry: no such object: web\n"));
  }

  @Test
  void imagesAreImportedLoadedTaggedSavedAndRemoved() throws IOException {
    var tar = Files.write(directory.resolve("root.tar"), new byte[600_000]);
    assertThat(gantry("import", tar.toString(), "mine:1").out()).startsWith("sha256:");
    assertThat(gantry("load", "-i", tar.toString()).out())
        .isEqualTo("Loaded image: loaded:latest\n");
    assertThat(gantry("load"))
        .isEqualTo(new Result(1, "", "gantry: cannot load images: the tar is empty\n"));
    assertThat(gantry("tag", "mine:1", "mine:2").code()).isZero();
    assertThat(gantry("images").out()).contains("mine", "600kB", "4.03MB");
    var saved = directory.resolve("saved.tar");
    assertThat(gantry("save", "-o", saved.toString(), "mine:1").code()).isZero();
    assertThat(saved).hasSize(700_000);
    assertThat(gantry("rmi", "mine:1").out())
        .startsWith("Untagged: mine:1\nUntagged: mine:2\nDeleted: sha256:");
  }

  @Test
  void volumesAreCreatedListedAndRemoved() {
    assertThat(gantry("volume", "create", "data").out()).isEqualTo("data\n");
    assertThat(gantry("volume", "ls", "-q").out()).isEqualTo("data\n");
    assertThat(gantry("volume", "ls").out()).contains("/var/lib/gantry/volumes/data/_data");
    assertThat(gantry("volume", "rm", "data").out()).isEqualTo("data\n");
    assertThat(gantry("volume", "rm", "data"))
        .isEqualTo(new Result(1, "", "gantry: get data: no such volume\n"));
    assertThat(gantry("volume").code()).isEqualTo(2);
  }

  @Test
  void networksAreCreatedListedAndRemoved() {
    assertThat(gantry("network", "create", "inner").out().strip()).hasSize(64);
    assertThat(gantry("network", "ls").out()).contains("inner", "bridge", "none");
    assertThat(gantry("network", "rm", "inner").out()).isEqualTo("inner\n");
  }

  @Test
  void eventsAreReadFromACursor() {
    gantry("run", "--name", "job", "busybox", "exit", "7");

    var all = gantry("events").out().lines().toList();

    assertThat(all).hasSize(3);
    assertThat(all.getFirst())
        .startsWith("1:1 2026-11-21T12:00:01Z container_created ")
        .contains(" job by unix:uid=");
    assertThat(all.getLast()).contains("container_exited").endsWith("by gantry (code 7)");
    assertThat(gantry("events", "--after", "2:1").out().lines()).containsExactly(all.getLast());
    assertThat(gantry("events", "-e", "container_started", "--format", "json").out())
        .hasLineCount(1)
        .contains("\"sequence\":\"2\"", "\"containerStarted\":{");
    assertThat(gantry("events", "-k", "planet").err())
        .isEqualTo("gantry: invalid kind of subject: \"planet\"\n");
    assertThat(gantry("events", "--after", "x").err())
        .isEqualTo("gantry: not a cursor: \"x\" (expected SEQUENCE[:EPOCH])\n");
  }

  @Test
  void whatRetentionRemovedIsSaid() {
    gantry("run", "busybox", "exit", "0");
    engine.events().forgetUntil(2);
    assertThat(gantry("events", "--after", "0").out().lines().toList().getFirst())
        .isEqualTo("-- gap: entries 1 to 2 have been removed");
  }

  @Test
  void theVersionOfTheAgentIsPrinted() {
    assertThat(gantry("version").out()).contains("agent        0.1.0", "runc         1.1.5");
  }

  @Test
  void anAgentThatIsNotThereIsSaidInOneLine() {
    var terminal = FakeTerminal.streams("");
    assertThat(Gantry.run(terminal, "--grpc", "/nowhere/s", "ps")).isEqualTo(1);
    assertThat(terminal.errText())
        .isEqualTo("gantry: no agent at unix:///nowhere/s: there is no such socket\n");
    api.close();
    assertThat(gantry("ps").err()).startsWith("gantry: no agent at unix://").hasLineCount(1);
  }

  @Test
  void everyCommandIsInTheHelpAndHasItsOwn() {
    var help = gantry("--help").out();
    for (var name : Commands.all().keySet()) {
      assertThat(help).contains("\n  " + name + " ");
      assertThat(gantry(name, "--help").out()).as(name).startsWith("Usage: gantry " + name);
    }
    assertThat(help).contains("doctor", "record");
  }

  @Test
  void theCompletionScriptKnowsTheCommands() {
    assertThat(gantry("completion").out()).contains("_complete_gantry", "rmi", "--entrypoint");
  }
}
