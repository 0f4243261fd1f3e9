package io.gantry.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.gantry.protocol.v1.AttachOptions;
import io.gantry.protocol.v1.AttachRequest;
import io.gantry.protocol.v1.AttachResponse;
import io.gantry.protocol.v1.ConsoleSize;
import io.gantry.protocol.v1.ExecRequest;
import io.gantry.protocol.v1.ExecResponse;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ExecStart;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.LogsResponse;
import io.gantry.protocol.v1.StatsRequest;
import io.gantry.protocol.v1.StatsResponse;
import io.gantry.protocol.v1.WaitRequest;
import io.gantry.protocol.v1.WaitResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The calls of ContainerService that are streams: attach, exec, wait, logs, stats. */
@Timeout(30)
class ContainerStreamsTest {
  @RegisterExtension static final ServedInMemory SERVED = new ServedInMemory();

  @Test
  void whatAnAttachedContainerPrintsArrivesAndTheWaitKnowsItsExit() throws Exception {
    SERVED.created("job", "complain", "no", "bread");
    var wait =
        SERVED
            .client()
            .ask(
                ServedInMemory.CONTAINERS + "Wait",
                WaitRequest.newBuilder().setContainer("job").build(),
                WaitResponse.getDefaultInstance());
    assertThat(wait.next().hasRegistered()).isTrue();
    var attached = attach("job", false);
    assertThat(attached.next().hasAttached()).isTrue();

    SERVED.started("job");

    assertThat(attached.next().getStderr().toStringUtf8()).isEqualTo("no bread\n");
    assertThat(attached.rest()).isEmpty();
    assertThat(wait.next().getExited().getCode()).isEqualTo(1);
  }

  private TestClient.Session<AttachRequest, AttachResponse> attach(String name, boolean stdin) {
    return SERVED
        .client()
        .open(
            ServedInMemory.CONTAINERS + "Attach",
            AttachRequest.getDefaultInstance(),
            AttachResponse.getDefaultInstance(),
            new Metadata())
        .send(
            AttachRequest.newBuilder()
                .setOptions(AttachOptions.newBuilder().setContainer(name).setStdin(stdin))
                .build());
  }

  @Test
  void theHalfCloseOfAnAttachIsTheEndOfStdinAndTheOutputStillComes() throws Exception {
    SERVED.created("cat", "cat");
    var attached = attach("cat", true);
    attached.next();
    SERVED.started("cat");

    attached
        .send(AttachRequest.newBuilder().setStdin(ByteString.copyFromUtf8("hello")).build())
        .halfClose();

    assertThat(attached.next().getStdout().toStringUtf8()).isEqualTo("hello");
    assertThat(attached.rest()).isEmpty();
  }

  @Test
  void anAttachWithoutStdinMayHalfCloseAtOnce() throws Exception {
    SERVED.created("cat", "cat");
    var attached = attach("cat", false).halfClose();
    attached.next();
    SERVED.started("cat");
    var other = attach("cat", true);
    other.next();
    other.send(AttachRequest.newBuilder().setStdin(ByteString.copyFromUtf8("x")).build());

    assertThat(attached.next().getStdout().toStringUtf8()).isEqualTo("x");
  }

  @Test
  void anExecTellsItsExitCodeLast() throws Exception {
    SERVED.created("web", "sleep");
    SERVED.started("web");

    var answers = exec("web", false, "echo", "hi").halfClose().rest();

    assertThat(answers.get(0).getStarted().getExecId()).hasSize(64);
    assertThat(answers.get(1).getStdout().toStringUtf8()).isEqualTo("hi\n");
    assertThat(answers.get(2).getExited().getCode()).isZero();
    assertThat(answers).hasSize(3);
    assertThat(exec("web", false, "exit", "7").rest().getLast().getExited().getCode()).isEqualTo(7);
  }

  @Test
  void theTerminalOfAnExecIsResizedWithinItsStream() throws Exception {
    SERVED.created("web", "sleep");
    SERVED.started("web");
    var exec = exec("web", true, "size");
    exec.next();

    exec.send(
        ExecRequest.newBuilder()
            .setResize(ConsoleSize.newBuilder().setHeight(47).setWidth(133))
            .build());

    assertThat(exec.next().getStdout().toStringUtf8()).isEqualTo("47x133\n");
    assertThat(exec.next().getExited().getCode()).isZero();
  }

  private TestClient.Session<ExecRequest, ExecResponse> exec(
      String name, boolean stdin, String... command) {
    return SERVED
        .client()
        .open(
            ServedInMemory.CONTAINERS + "Exec",
            ExecRequest.getDefaultInstance(),
            ExecResponse.getDefaultInstance(),
            new Metadata())
        .send(
            ExecRequest.newBuilder()
                .setStart(
                    ExecStart.newBuilder()
                        .setContainer(name)
                        .setSpec(
                            ExecSpec.newBuilder()
                                .addAllCommand(List.of(command))
                                .setAttachStdin(stdin)))
                .build());
  }

  @Test
  void aStreamThatBeginsWithTheWrongMessageIsRefused() throws Exception {
    var end =
        SERVED
            .client()
            .ask(
                ServedInMemory.CONTAINERS + "Exec",
                ExecRequest.newBuilder().setStdin(ByteString.copyFromUtf8("x")).build(),
                ExecResponse.getDefaultInstance())
            .end();
    assertThat(end.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.status().getDescription()).isEqualTo("the first message of Exec holds no start");
  }

  @Test
  void logsComeAsLinesOfTheStreamsThatWereAsked() throws Exception {
    SERVED.created("job", "complain", "of", "it");
    SERVED.started("job");

    var lines =
        SERVED
            .client()
            .ask(
                ServedInMemory.CONTAINERS + "Logs",
                LogsRequest.newBuilder().setContainer("job").build(),
                LogsResponse.getDefaultInstance())
            .rest();

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst().getData().toStringUtf8()).isEqualTo("of it\n");
    assertThat(
            SERVED
                .client()
                .ask(
                    ServedInMemory.CONTAINERS + "Logs",
                    LogsRequest.newBuilder().setContainer("job").setStdout(true).build(),
                    LogsResponse.getDefaultInstance())
                .rest())
        .isEmpty();
  }

  @Test
  void oneSampleOfStatsHasAllItsParts() throws Exception {
    SERVED.created("web", "sleep");
    var sample =
        SERVED
            .client()
            .ask(
                ServedInMemory.CONTAINERS + "Stats",
                StatsRequest.newBuilder().setContainer("web").build(),
                StatsResponse.getDefaultInstance())
            .next();
    assertThat(sample.getCpu().getTotalNanos()).isEqualTo(5);
    assertThat(sample.getMemory().getDetailsMap()).containsEntry("cache", 1L);
    assertThat(sample.getNetworksOrThrow("eth0").getTxDropped()).isEqualTo(8);
    assertThat(sample.getBlockIo(0).getOperation()).isEqualTo("read");
  }
}
