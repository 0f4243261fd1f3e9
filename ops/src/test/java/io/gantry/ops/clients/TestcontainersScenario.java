package io.gantry.ops.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

/** Testcontainers with JUnit 5: a web server for all tests, and what single tests need. */
@Testcontainers
final class TestcontainersScenario {
  private static final DockerImageName IMAGE =
      DockerImageName.parse(System.getProperty("image", "busybox:test"));

  @Container
  private static final GenericContainer<?> WEB =
      new GenericContainer<>(IMAGE)
          .withExposedPorts(80)
          .withCopyToContainer(Transferable.of("served"), "/www/index.html")
          .withCommand("httpd", "-f", "-p", "80", "-h", "/www")
          .waitingFor(Wait.forHttp("/").withStartupTimeout(Duration.ofSeconds(30)));

  @Test
  void thePublishedPortAnswers() throws IOException {
    var address = URI.create("http://%s:%d/".formatted(WEB.getHost(), WEB.getMappedPort(80)));
    try (var page = address.toURL().openStream()) {
      assertThat(page.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("served");
    }
  }

  @Test
  void commandsAndFilesWork() throws IOException, InterruptedException {
    var result = WEB.execInContainer("sh", "-c", "cat /www/index.html; echo err >&2; exit 3");
    assertThat(result.getStdout()).isEqualTo("served");
    assertThat(result.getStderr()).isEqualTo("err\n");
    assertThat(result.getExitCode()).isEqualTo(3);
    WEB.copyFileToContainer(Transferable.of("later"), "/tmp/later");
    assertThat(
            WEB.<String>copyFileFromContainer(
                "/tmp/later", stream -> new String(stream.readAllBytes(), StandardCharsets.UTF_8)))
        .isEqualTo("later");
  }

  @Test
  void aLogLineOrAHealthCheckIsAwaited() {
    try (var talker =
        new GenericContainer<>(IMAGE)
            .withCommand("sh", "-c", "sleep 0.3; echo ready to serve; sleep 1000")
            .waitingFor(Wait.forLogMessage(".*ready to serve.*\\n", 1))) {
      talker.start();
      assertThat(talker.getLogs()).contains("ready to serve");
    }
    try (var healthy =
        new GenericContainer<>(IMAGE)
            .withCommand("sleep", "1000")
            .withCreateContainerCmdModifier(
                create ->
                    create.withHealthcheck(
                        new com.github.dockerjava.api.model.HealthCheck()
                            .withTest(java.util.List.of("CMD", "true"))
                            .withInterval(Duration.ofSeconds(1).toNanos())))
            .waitingFor(Wait.forHealthcheck())) {
      healthy.start();
      assertThat(healthy.isHealthy()).isTrue();
    }
  }

  @Test
  void containersOfANetworkFindEachOtherByAlias() throws IOException, InterruptedException {
    try (var network = Network.newNetwork();
        var server =
            new GenericContainer<>(IMAGE)
                .withNetwork(network)
                .withNetworkAliases("server")
                .withCopyToContainer(Transferable.of("inside"), "/www/index.html")
                .withCommand("httpd", "-f", "-p", "80", "-h", "/www");
        var client =
            new GenericContainer<>(IMAGE).withNetwork(network).withCommand("sleep", "1000")) {
      server.start();
      client.start();
      var fetched = client.execInContainer("wget", "-qO-", "http://server/");
      assertThat(fetched.getStdout()).isEqualTo("inside");
    }
  }
}
