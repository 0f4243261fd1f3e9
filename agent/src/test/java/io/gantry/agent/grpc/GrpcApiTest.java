package io.gantry.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.UnknownFieldSet;
import io.gantry.agent.fake.InMemoryEngine;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.protocol.health.HealthCheckRequest;
import io.gantry.protocol.health.HealthCheckResponse;
import io.gantry.protocol.v1.AttachOptions;
import io.gantry.protocol.v1.AttachRequest;
import io.gantry.protocol.v1.AttachResponse;
import io.gantry.protocol.v1.ConsoleSize;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerChange;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.CreateContainerRequest;
import io.gantry.protocol.v1.CreateContainerResponse;
import io.gantry.protocol.v1.ErrorDetail;
import io.gantry.protocol.v1.ExecRequest;
import io.gantry.protocol.v1.ExecResponse;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ExecStart;
import io.gantry.protocol.v1.InfoRequest;
import io.gantry.protocol.v1.InfoResponse;
import io.gantry.protocol.v1.InspectContainerRequest;
import io.gantry.protocol.v1.ListContainersRequest;
import io.gantry.protocol.v1.ListContainersResponse;
import io.gantry.protocol.v1.LoadImagesRequest;
import io.gantry.protocol.v1.LoadImagesResponse;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.LogsResponse;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.SaveImagesRequest;
import io.gantry.protocol.v1.SaveImagesResponse;
import io.gantry.protocol.v1.StartContainerRequest;
import io.gantry.protocol.v1.StatsRequest;
import io.gantry.protocol.v1.StatsResponse;
import io.gantry.protocol.v1.StringList;
import io.gantry.protocol.v1.WaitRequest;
import io.gantry.protocol.v1.WaitResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class GrpcApiTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String CONTAINERS = "gantry.v1.ContainerService/";

  @TempDir private Path directory;
  private InMemoryEngine engine;
  private GrpcApi api;
  private TestClient client;

  @BeforeEach
  void serve() throws IOException {
    var socket = directory.resolve("s");
    engine = new InMemoryEngine(KIT.system());
    engine.images().add("busybox:latest", 700);
    api = GrpcApi.bind(KIT.system(), engine, settings(new ListenAddress.Unix(socket)));
    client = new TestClient(socket);
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    api.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static GrpcApi.Settings settings(ListenAddress address) {
    return new GrpcApi.Settings(List.of(address), Optional.empty(), Optional.empty());
  }

  private static CreateContainerRequest create(String name, String... command) {
    return CreateContainerRequest.newBuilder()
        .setName(name)
        .setSpec(
            ContainerSpec.newBuilder()
                .setImage("busybox")
                .setProcess(
                    ProcessSpec.newBuilder()
                        .setCmd(StringList.newBuilder().addAllValues(List.of(command)))))
        .build();
  }

  private Container created(String name, String... command) throws InterruptedException {
    return client
        .ask(
            CONTAINERS + "Create",
            create(name, command),
            CreateContainerResponse.getDefaultInstance())
        .next()
        .getContainer();
  }

  private ContainerChange started(String name) throws InterruptedException {
    return client
        .ask(
            CONTAINERS + "Start",
            StartContainerRequest.newBuilder().setContainer(name).build(),
            ContainerChange.getDefaultInstance())
        .next();
  }

  @Test
  void aContainerIsCreatedStartedInspectedAndListed() throws Exception {
    var container = created("web", "sleep");

    assertThat(started("web").getUnchanged()).isFalse();
    assertThat(started("web").getUnchanged()).isTrue();
    var inspected =
        client
            .ask(
                CONTAINERS + "Inspect",
                InspectContainerRequest.newBuilder()
                    .setContainer(container.getId().substring(0, 12))
                    .build(),
                Container.getDefaultInstance())
            .next();
    assertThat(inspected.getStatus().getState()).isEqualTo(ContainerState.RUNNING);
    created("idle", "sleep");
    assertThat(listed(false)).containsExactly("web");
    assertThat(listed(true)).containsExactly("idle", "web");
  }

  private List<String> listed(boolean all) throws InterruptedException {
    return client
        .ask(
            CONTAINERS + "List",
            ListContainersRequest.newBuilder().setAll(all).build(),
            ListContainersResponse.getDefaultInstance())
        .next()
        .getContainersList()
        .stream()
        .map(Container::getName)
        .toList();
  }

  @Test
  void aRefusalIsAStatusWithItsPartsInTheTrailers() throws Exception {
    var headers = new Metadata();
    headers.put(key("gantry-request-id"), "r-1");
    var end =
        client
            .open(
                CONTAINERS + "Inspect",
                InspectContainerRequest.getDefaultInstance(),
                Container.getDefaultInstance(),
                headers)
            .send(InspectContainerRequest.newBuilder().setContainer("nobody").build())
            .halfClose()
            .end();

    assertThat(end.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(end.status().getDescription()).isEqualTo("No such container: nobody");
    assertThat(end.trailers().get(key("gantry-error-kind"))).isEqualTo("NOT_FOUND");
    assertThat(end.trailers().get(key("gantry-request-id"))).isEqualTo("r-1");
    var details =
        com.google.rpc.Status.parseFrom(
            end.trailers()
                .get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER)));
    assertThat(details.getDetails(0).unpack(ErrorDetail.class))
        .isEqualTo(ErrorDetail.newBuilder().setKind("NOT_FOUND").setRequestId("r-1").build());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Test
  void aMethodThatDoesNotExistIsUnimplemented() throws Exception {
    var end =
        client
            .ask(
                CONTAINERS + "Nonsense",
                InspectContainerRequest.getDefaultInstance(),
                Container.getDefaultInstance())
            .end();
    assertThat(end.status().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void theCallerIsThePeerOfTheSocketWithTheRequestIdItGave() throws Exception {
    var headers = new Metadata();
    headers.put(key("gantry-request-id"), "deploy-7");
    headers.put(key("gantry-principal"), "unix:uid=4711,gid=4711");
    client
        .open(
            CONTAINERS + "Create",
            CreateContainerRequest.getDefaultInstance(),
            CreateContainerResponse.getDefaultInstance(),
            headers)
        .send(create("who", "sleep"))
        .halfClose()
        .next();

    var caller = engine.containers().callers().getFirst();
    assertThat(caller.requestId()).isEqualTo("deploy-7");
    assertThat(caller.principal()).matches("unix:uid=\\d+,gid=\\d+").doesNotContain("4711");
  }

  @Test
  void whatAnAttachedContainerPrintsArrivesAndTheWaitKnowsItsExit() throws Exception {
    created("job", "complain", "no", "bread");
    var wait =
        client.ask(
            CONTAINERS + "Wait",
            WaitRequest.newBuilder().setContainer("job").build(),
            WaitResponse.getDefaultInstance());
    assertThat(wait.next().hasRegistered()).isTrue();
    var attached = attach("job", false);
    assertThat(attached.next().hasAttached()).isTrue();

    started("job");

    assertThat(attached.next().getStderr().toStringUtf8()).isEqualTo("no bread\n");
    assertThat(attached.rest()).isEmpty();
    assertThat(wait.next().getExited().getCode()).isEqualTo(1);
  }

  private TestClient.Session<AttachRequest, AttachResponse> attach(String name, boolean stdin) {
    return client
        .open(
            CONTAINERS + "Attach",
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
    created("cat", "cat");
    var attached = attach("cat", true);
    attached.next();
    started("cat");

    attached
        .send(AttachRequest.newBuilder().setStdin(ByteString.copyFromUtf8("hello")).build())
        .halfClose();

    assertThat(attached.next().getStdout().toStringUtf8()).isEqualTo("hello");
    assertThat(attached.rest()).isEmpty();
  }

  @Test
  void anAttachWithoutStdinMayHalfCloseAtOnce() throws Exception {
    created("cat", "cat");
    var attached = attach("cat", false).halfClose();
    attached.next();
    started("cat");
    var other = attach("cat", true);
    other.next();
    other.send(AttachRequest.newBuilder().setStdin(ByteString.copyFromUtf8("x")).build());

    assertThat(attached.next().getStdout().toStringUtf8()).isEqualTo("x");
  }

  @Test
  void anExecTellsItsExitCodeLast() throws Exception {
    created("web", "sleep");
    started("web");

    var answers = exec("web", false, "echo", "hi").halfClose().rest();

    assertThat(answers.get(0).getStarted().getExecId()).hasSize(64);
    assertThat(answers.get(1).getStdout().toStringUtf8()).isEqualTo("hi\n");
    assertThat(answers.get(2).getExited().getCode()).isZero();
    assertThat(answers).hasSize(3);
    assertThat(exec("web", false, "exit", "7").rest().getLast().getExited().getCode()).isEqualTo(7);
  }

  @Test
  void theTerminalOfAnExecIsResizedWithinItsStream() throws Exception {
    created("web", "sleep");
    started("web");
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
    return client
        .open(
            CONTAINERS + "Exec",
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
        client
            .ask(
                CONTAINERS + "Exec",
                ExecRequest.newBuilder().setStdin(ByteString.copyFromUtf8("x")).build(),
                ExecResponse.getDefaultInstance())
            .end();
    assertThat(end.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.status().getDescription()).isEqualTo("the first message of Exec holds no start");
  }

  @Test
  void logsComeAsLinesOfTheStreamsThatWereAsked() throws Exception {
    created("job", "complain", "of", "it");
    started("job");

    var lines =
        client
            .ask(
                CONTAINERS + "Logs",
                LogsRequest.newBuilder().setContainer("job").build(),
                LogsResponse.getDefaultInstance())
            .rest();

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst().getData().toStringUtf8()).isEqualTo("of it\n");
    assertThat(
            client
                .ask(
                    CONTAINERS + "Logs",
                    LogsRequest.newBuilder().setContainer("job").setStdout(true).build(),
                    LogsResponse.getDefaultInstance())
                .rest())
        .isEmpty();
  }

  @Test
  void oneSampleOfStatsHasAllItsParts() throws Exception {
    created("web", "sleep");
    var sample =
        client
            .ask(
                CONTAINERS + "Stats",
                StatsRequest.newBuilder().setContainer("web").build(),
                StatsResponse.getDefaultInstance())
            .next();
    assertThat(sample.getCpu().getTotalNanos()).isEqualTo(5);
    assertThat(sample.getMemory().getDetailsMap()).containsEntry("cache", 1L);
    assertThat(sample.getNetworksOrThrow("eth0").getTxDropped()).isEqualTo(8);
    assertThat(sample.getBlockIo(0).getOperation()).isEqualTo("read");
  }

  @Test
  void aTarIsLoadedInPiecesAndSavedInPieces() throws Exception {
    var load =
        client.open(
            "gantry.v1.ImageService/Load",
            LoadImagesRequest.getDefaultInstance(),
            LoadImagesResponse.getDefaultInstance(),
            new Metadata());
    for (var i = 0; i < 20; i++) {
      load.send(
          LoadImagesRequest.newBuilder().setChunk(ByteString.copyFrom(new byte[100_000])).build());
    }
    var answers = load.halfClose().rest();

    assertThat(answers.getFirst().getProgress().getTotal()).isEqualTo(2_000_000);
    assertThat(answers.getLast().getLoaded().getImage().getSizeBytes()).isEqualTo(2_000_000);
    var saved =
        client
            .ask(
                "gantry.v1.ImageService/Save",
                SaveImagesRequest.newBuilder().addImages("loaded").build(),
                SaveImagesResponse.getDefaultInstance())
            .rest();
    assertThat(saved).hasSize(3);
    assertThat(saved.stream().mapToInt(piece -> piece.getChunk().size()).sum()).isEqualTo(700_000);
  }

  @Test
  void aMessageThatIsTooLongIsRefusedBeforeItIsCollected() throws Exception {
    var load =
        client.open(
            "gantry.v1.ImageService/Load",
            LoadImagesRequest.getDefaultInstance(),
            LoadImagesResponse.getDefaultInstance(),
            new Metadata());
    load.send(
        LoadImagesRequest.newBuilder().setChunk(ByteString.copyFrom(new byte[5 << 20])).build());
    var end = load.end();
    assertThat(end.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(end.status().getDescription()).contains("at most 4194304 are taken");
  }

  @Test
  void theEngineSaysWhatItIs() throws Exception {
    created("web", "sleep");
    var info =
        client
            .ask(
                "gantry.v1.EngineService/Info",
                InfoRequest.getDefaultInstance(),
                InfoResponse.getDefaultInstance())
            .next();
    assertThat(info.getContainersStopped()).isEqualTo(1);
    assertThat(info.getImages()).isEqualTo(1);
    assertThat(info.getComponentsMap()).containsEntry("conmon", "2.1.6");
    assertThat(info.getRecordSequence()).isEqualTo(1);
  }

  @Test
  void healthIsServedForTheAgentAndForEachService() throws Exception {
    for (var service : List.of("", "gantry.v1.RecordService")) {
      assertThat(
              client
                  .ask(
                      "grpc.health.v1.Health/Check",
                      HealthCheckRequest.newBuilder().setService(service).build(),
                      HealthCheckResponse.getDefaultInstance())
                  .next()
                  .getStatus())
          .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }
    assertThat(
            client
                .ask(
                    "grpc.health.v1.Health/Check",
                    HealthCheckRequest.newBuilder().setService("nothing").build(),
                    HealthCheckResponse.getDefaultInstance())
                .end()
                .status()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void reflectionListsEveryService() throws Exception {
    // ServerReflectionRequest.list_services is field 7; the client has no stub for it.
    var request =
        Empty.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        7,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("*"))
                            .build())
                    .build())
            .build();
    var answer =
        client
            .ask(
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                request,
                Empty.getDefaultInstance())
            .next()
            .toString();
    for (var service : List.of("Container", "Image", "Volume", "Network", "Record", "Engine")) {
      assertThat(answer).contains("gantry.v1.%sService".formatted(service));
    }
    assertThat(answer).contains("grpc.health.v1.Health");
  }

  @Test
  void anAddressOfTheNetworkIsRefusedWithoutTls() {
    var address = new ListenAddress.Tcp(new InetSocketAddress("0.0.0.0", 0));
    assertThatThrownBy(() -> GrpcApi.bind(KIT.system(), engine, settings(address)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("needs TLS with client certificates");
  }
}
