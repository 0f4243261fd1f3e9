package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.gantry.agent.fake.InMemoryEngine;
import io.gantry.agent.grpc.GrpcApi;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.RestartCondition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code gantry service} through the gRPC edge, on a cluster in memory. */
@Timeout(30)
class ServiceCommandTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path directory;
  private InMemoryEngine engine;
  private GrpcApi api;

  @BeforeEach
  void serve() throws IOException {
    engine = new InMemoryEngine(KIT.system());
    var addresses = List.<ListenAddress>of(new ListenAddress.Unix(directory.resolve("s")));
    api =
        GrpcApi.bind(
            KIT.system(),
            engine,
            new GrpcApi.Settings(addresses, Optional.empty(), Optional.empty()));
    gantry("cluster", "init");
  }

  @AfterEach
  void close() {
    api.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private record Result(int code, String out, String err) {}

  private Result gantry(String... arguments) {
    var terminal = FakeTerminal.streams("");
    var all = new String[arguments.length + 2];
    all[0] = "--grpc";
    all[1] = "unix://" + directory.resolve("s");
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    var code = Gantry.run(terminal, all);
    return new Result(code, terminal.outText(), terminal.errText());
  }

  @Test
  void aServiceIsCreatedListedScaledAndRemoved() {
    var id =
        gantry("service", "create", "--name", "web", "--replicas", "2", "busybox", "sleep", "-1");
    assertThat(id.out().strip()).hasSize(25);
    assertThat(gantry("service", "ls").out())
        .contains("NAME")
        .containsPattern("web +replicated +2/2 +busybox");
    assertThat(gantry("service", "scale", "web=3").out()).isEqualTo("web\n");
    assertThat(gantry("service", "ps", "web").out())
        .containsPattern("web.1 +h1 +running")
        .containsPattern("web.3 +h3 +running");
    assertThat(gantry("service", "ps", "--on", "h2").out().lines()).hasSize(2);
    assertThat(gantry("service", "inspect", "web").out()).contains("\"wanted\": 3", "\"web\"");
    assertThat(gantry("service", "rm", "web").out()).isEqualTo("web\n");
    assertThat(gantry("service", "ls").out().lines()).hasSize(1);
  }

  @Test
  void optionsBecomeTheSpecification() {
    gantry(
        "service",
        "create",
        "--name",
        "all",
        "--global",
        "--constraint",
        "node.hostname!=h9",
        "--reserve-memory",
        "64m",
        "--reserve-cpus",
        "0.5",
        "--restart",
        "on-failure",
        "--service-label",
        "team=a",
        "-e",
        "A=1",
        "-v",
        "data:/data",
        "--read-only",
        "busybox",
        "sh",
        "-c",
        "true");
    var spec = engine.services().list().getFirst().getSpec();
    assertThat(spec.hasGlobal()).isTrue();
    assertThat(spec.getPlacement().getConstraintsList()).containsExactly("node.hostname!=h9");
    assertThat(spec.getReservation().getMemoryBytes()).isEqualTo(64L << 20);
    assertThat(spec.getReservation().getNanoCpus()).isEqualTo(500_000_000);
    assertThat(spec.getRestart().getCondition())
        .isEqualTo(RestartCondition.RESTART_CONDITION_ON_FAILURE);
    assertThat(spec.getLabelsMap()).containsEntry("team", "a");
    var container = spec.getContainer();
    assertThat(container.getProcess().getEnvList()).containsExactly("A=1");
    assertThat(container.getProcess().getCmd().getValuesList()).containsExactly("sh", "-c", "true");
    assertThat(container.getStorage().getBindsList()).containsExactly("data:/data");
    assertThat(container.getStorage().getReadonlyRootfs()).isTrue();
  }

  @Test
  void logsNameTheReplicaAndGoToTheirStreams() {
    gantry("service", "create", "--name", "web", "--replicas", "2", "busybox");
    var logs = gantry("service", "logs", "web");
    assertThat(logs.out().lines())
        .containsExactlyInAnyOrder("web.1@h1 | out of 1", "web.2@h2 | out of 2");
    assertThat(logs.err().lines())
        .containsExactlyInAnyOrder("web.1@h1 | err of 1", "web.2@h2 | err of 2");
    assertThat(gantry("service", "logs", "--raw", "-t", "web").out())
        .contains("2026-01-01T12:00:00Z out of 1");
    engine.membership().presence("h2", HostPresence.HOST_PRESENCE_AWAY);
    assertThat(gantry("service", "logs", "web").err())
        .contains("web.2@h2 | the log of task")
        .contains("is on host h2, which is away");
  }

  @Test
  void whatIsRefusedIsSaid() {
    assertThat(gantry("service", "ps", "nope"))
        .matches(result -> result.code() == 1)
        .matches(result -> result.err().equals("gantry: service nope not found\n"));
    assertThat(gantry("service", "logs", "nope").err())
        .isEqualTo("gantry: service or task nope not found\n");
    assertThat(gantry("service", "scale", "web").err()).contains("expected SERVICE=NUMBER");
    assertThat(gantry("service", "scale", "web=-1").err()).contains("not a number of replicas");
    assertThat(gantry("service", "create", "--restart", "often", "busybox").err())
        .contains("expected any, on-failure or none");
    assertThat(gantry("service").err()).contains("service needs create, ls");
  }
}
