package io.gantry.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.UnknownFieldSet;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.protocol.health.HealthCheckRequest;
import io.gantry.protocol.health.HealthCheckResponse;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.CreateContainerRequest;
import io.gantry.protocol.v1.CreateContainerResponse;
import io.gantry.protocol.v1.ErrorDetail;
import io.gantry.protocol.v1.InfoRequest;
import io.gantry.protocol.v1.InfoResponse;
import io.gantry.protocol.v1.InspectContainerRequest;
import io.gantry.protocol.v1.ListContainersRequest;
import io.gantry.protocol.v1.ListContainersResponse;
import io.gantry.protocol.v1.LoadImagesRequest;
import io.gantry.protocol.v1.LoadImagesResponse;
import io.gantry.protocol.v1.SaveImagesRequest;
import io.gantry.protocol.v1.SaveImagesResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What all services have in common, and the calls that are one question and one answer. */
@Timeout(30)
class GrpcApiTest {
  @RegisterExtension static final ServedInMemory SERVED = new ServedInMemory();

  @Test
  void aContainerIsCreatedStartedInspectedAndListed() throws Exception {
    var container = SERVED.created("web", "sleep");

    assertThat(SERVED.started("web").getUnchanged()).isFalse();
    assertThat(SERVED.started("web").getUnchanged()).isTrue();
    var inspected =
        SERVED
            .client()
            .ask(
                ServedInMemory.CONTAINERS + "Inspect",
                InspectContainerRequest.newBuilder()
                    .setContainer(container.getId().substring(0, 12))
                    .build(),
                Container.getDefaultInstance())
            .next();
    assertThat(inspected.getStatus().getState()).isEqualTo(ContainerState.RUNNING);
    SERVED.created("idle", "sleep");
    assertThat(listed(false)).containsExactly("web");
    assertThat(listed(true)).containsExactly("idle", "web");
  }

  private List<String> listed(boolean all) throws InterruptedException {
    return SERVED
        .client()
        .ask(
            ServedInMemory.CONTAINERS + "List",
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
        SERVED
            .client()
            .open(
                ServedInMemory.CONTAINERS + "Inspect",
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
        SERVED
            .client()
            .ask(
                ServedInMemory.CONTAINERS + "Nonsense",
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
    SERVED
        .client()
        .open(
            ServedInMemory.CONTAINERS + "Create",
            CreateContainerRequest.getDefaultInstance(),
            CreateContainerResponse.getDefaultInstance(),
            headers)
        .send(ServedInMemory.create("who", "sleep"))
        .halfClose()
        .next();

    var caller = SERVED.engine().containers().callers().getFirst();
    assertThat(caller.requestId()).isEqualTo("deploy-7");
    assertThat(caller.principal()).matches("unix:uid=\\d+,gid=\\d+").doesNotContain("4711");
  }

  @Test
  void aTarIsLoadedInPiecesAndSavedInPieces() throws Exception {
    var load =
        SERVED
            .client()
            .open(
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
        SERVED
            .client()
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
        SERVED
            .client()
            .open(
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
    SERVED.created("web", "sleep");
    var info =
        SERVED
            .client()
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
              SERVED
                  .client()
                  .ask(
                      "grpc.health.v1.Health/Check",
                      HealthCheckRequest.newBuilder().setService(service).build(),
                      HealthCheckResponse.getDefaultInstance())
                  .next()
                  .getStatus())
          .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }
    assertThat(
            SERVED
                .client()
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
    // ServerReflectionRequest.list_services is field 7; the SERVED.client() has no stub for it.
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
        SERVED
            .client()
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
    assertThatThrownBy(
            () -> GrpcApi.bind(SERVED.system(), SERVED.engine(), ServedInMemory.settings(address)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("needs TLS with client certificates");
  }
}
