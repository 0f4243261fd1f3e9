package io.gantry.agent.grpc;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorSystem;
import io.gantry.agent.fake.InMemoryEngine;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerChange;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.CreateContainerRequest;
import io.gantry.protocol.v1.CreateContainerResponse;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.StartContainerRequest;
import io.gantry.protocol.v1.StringList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An agent's gRPC server over an engine in memory, anew for each test, with a client and an image
 * "busybox".
 */
final class ServedInMemory implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  static final String CONTAINERS = "gantry.v1.ContainerService/";

  private final ActorTestKit kit = ActorTestKit.create();
  private @Nullable Path directory;
  private @Nullable InMemoryEngine engine;
  private @Nullable GrpcApi api;
  private @Nullable TestClient client;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("served");
    var socket = directory.resolve("s");
    engine = new InMemoryEngine(kit.system());
    engine.images().add("busybox:latest", 700);
    api = GrpcApi.bind(kit.system(), engine, settings(new ListenAddress.Unix(socket)));
    client = new TestClient(socket);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    client().close();
    Objects.requireNonNull(api).close();
    Files.deleteIfExists(Objects.requireNonNull(directory).resolve("s"));
    Files.delete(directory);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    kit.shutdownTestKit();
  }

  ActorSystem<?> system() {
    return kit.system();
  }

  InMemoryEngine engine() {
    return Objects.requireNonNull(engine);
  }

  TestClient client() {
    return Objects.requireNonNull(client);
  }

  static GrpcApi.Settings settings(ListenAddress address) {
    return new GrpcApi.Settings(List.of(address), Optional.empty(), Optional.empty());
  }

  static CreateContainerRequest create(String name, String... command) {
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

  Container created(String name, String... command) throws InterruptedException {
    return client()
        .ask(
            CONTAINERS + "Create",
            create(name, command),
            CreateContainerResponse.getDefaultInstance())
        .next()
        .getContainer();
  }

  ContainerChange started(String name) throws InterruptedException {
    return client()
        .ask(
            CONTAINERS + "Start",
            StartContainerRequest.newBuilder().setContainer(name).build(),
            ContainerChange.getDefaultInstance())
        .next();
  }
}
