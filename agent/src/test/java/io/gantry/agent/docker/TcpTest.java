package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.socket.ListenAddress;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TcpTest {
  private static ActorSystem<Void> system;

  @BeforeAll
  static void start() {
    system =
        ActorSystem.create(
            Behaviors.empty(),
            "docker-tcp-test",
            ConfigFactory.parseString("akka.loglevel=ERROR").withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void end() {
    system.terminate();
  }

  private static DockerApi.Binding bind(String address) {
    return DockerApi.bind(
            system, new FakeEngine(system), DockerApi.Settings.of(ListenAddress.parse(address)))
        .toCompletableFuture()
        .join();
  }

  @Test
  void aLoopbackAddressIsServed() throws IOException {
    try (var binding = bind("tcp://127.0.0.1:0");
        var socket = connect(binding)) {
      socket
          .getOutputStream()
          .write(
              "GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nOK");
    }
  }

  private static Socket connect(DockerApi.Binding binding) throws IOException {
    if (binding.address() instanceof ListenAddress.Tcp(var address)) {
      var socket = new Socket(address.getAddress(), address.getPort());
      socket.setSoTimeout(10_000);
      return socket;
    }
    throw new IllegalStateException("not TCP: " + binding.address());
  }

  @Test
  void anotherAddressIsRefusedWithoutTls() {
    assertThatThrownBy(() -> bind("tcp://0.0.0.0:0"))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("needs TLS with client certificates");
  }

  @Test
  void aClosedApiLetsGoOfItsClients() throws IOException {
    var binding = bind("tcp://127.0.0.1:0");
    try (var socket = connect(binding)) {
      socket
          .getOutputStream()
          .write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      binding.close();
      socket.getInputStream().readAllBytes(); // ends
    }
  }
}
