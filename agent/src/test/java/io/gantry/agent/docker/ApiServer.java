package io.gantry.agent.docker;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.socket.ListenAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The API over a fake engine on a unix socket of its own, for one test class. */
final class ApiServer implements AutoCloseable {
  private final ActorSystem<Void> system =
      ActorSystem.create(
          Behaviors.empty(),
          "docker-api-test",
          ConfigFactory.parseString("akka.loglevel=ERROR").withFallback(ConfigFactory.load()));
  final FakeEngine engine = new FakeEngine(system);
  private final Path directory;
  private final DockerApi.Binding binding;

  ApiServer() {
    try {
      directory = Files.createTempDirectory("gd");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    binding =
        DockerApi.bind(system, engine, DockerApi.Settings.of(new ListenAddress.Unix(socket())))
            .toCompletableFuture()
            .join();
  }

  Path socket() {
    return directory.resolve("s");
  }

  RawClient connect() {
    return new RawClient(socket());
  }

  /** One request on a connection of its own. */
  RawClient.Response call(String method, String target, String body) {
    try (var client = connect()) {
      return client.call(method, target, body);
    }
  }

  RawClient.Response get(String target) {
    return call("GET", target, "");
  }

  RawClient.Response post(String target, String body) {
    return call("POST", target, body);
  }

  /** Creates a container of busybox; the rest of the body is given. */
  String create(String name, String rest) {
    var response = post("/containers/create?name=" + name, "{\"Image\":\"busybox\"" + rest + "}");
    if (response.status() != 201) {
      throw new IllegalStateException(response.toString());
    }
    return response.json().get("Id").textValue();
  }

  @Override
  public void close() throws IOException {
    binding.close();
    system.terminate();
    Files.deleteIfExists(socket());
    Files.deleteIfExists(directory);
  }
}
