package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every route: versions, headers, errors, request ids. */
class ProtocolTest {
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
  }

  @AfterAll
  static void end() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/_ping", "/v1.24/_ping", "/v1.44/_ping", "/v1.51/_ping"})
  void everySupportedVersionIsServed(String target) {
    var response = server.get(target);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("OK");
    assertThat(response.headers())
        .containsEntry("api-version", "1.51")
        .containsEntry("ostype", "linux")
        .containsEntry("docker-experimental", "false")
        .containsEntry("builder-version", "1")
        .containsEntry("swarm", "inactive")
        .containsEntry("server", "Docker/28.5.2 (linux)");
    assertThat(response.headers().get("cache-control")).startsWith("no-cache");
  }

  @Test
  void pingAnswersHeadWithoutABody() {
    try (var client = server.connect()) {
      assertThat(client.call("HEAD", "/_ping", "").headers()).containsEntry("api-version", "1.51");
      assertThat(client.call("GET", "/_ping", "").body()).isEqualTo("OK");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1.23/_ping|client version 1.23 is too old. Minimum supported API version is 1.24, please"
            + " upgrade your client to a newer version",
        "/v1.52/_ping|client version 1.52 is too new. Maximum supported API version is 1.51",
        "/v2.0/info|client version 2.0 is too new. Maximum supported API version is 1.51",
        "/v99999999999999999999.1/x|client version 1000000.1 is too new. Maximum supported API"
            + " version is 1.51"
      })
  void otherVersionsAreRefusedAsDockerDoes(String target, String message) {
    var response = server.get(target);
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.message()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nowhere",
    "POST,/_ping",
    "PUT,/containers/json",
    "GET,/v1.44/",
    "POST,/session",
    "POST,/grpc",
    "GET,/containers/a/b/c"
  })
  void whatIsNoRouteIsAPageThatIsNotFound(String method, String target) {
    var response = server.call(method, target, "");
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.headers()).containsEntry("content-type", "application/json");
    assertThat(response.body()).isEqualTo("{\"message\":\"page not found\"}");
  }

  @Test
  void aSaneRequestIdIsKeptAndAnotherReplaced() {
    try (var client = server.connect()) {
      client.send("GET /_ping HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine-42\r\n\r\n");
      assertThat(client.response().headers()).containsEntry("x-request-id", "mine-42");
      client.send("GET /_ping HTTP/1.1\r\nHost: x\r\nX-Request-Id: not \"mine\"\r\n\r\n");
      assertThat(client.response().headers().get("x-request-id")).matches("[0-9a-f-]{36}");
    }
  }

  @Test
  void aRequestIdReachesTheEngine() {
    try (var client = server.connect()) {
      var body = "{\"Image\":\"busybox\"}";
      client.send(
          "POST /containers/create HTTP/1.1\r\nHost: x\r\nX-Request-Id: r-7\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(body.length(), body));
      assertThat(client.response().status()).isEqualTo(201);
    }
    assertThat(server.engine.containers.callers)
        .anySatisfy(caller -> assertThat(caller.requestId()).isEqualTo("r-7"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/containers/%zz/json", "/containers/json?filters=%7", "/%"})
  void badEscapesAreRefused(String target) {
    assertThat(server.get(target).status()).isEqualTo(400);
  }

  @Test
  void versionTellsWhatClientsNegotiateWith() {
    var version = server.get("/version").json();
    assertThat(version.get("ApiVersion").textValue()).isEqualTo("1.51");
    assertThat(version.get("MinAPIVersion").textValue()).isEqualTo("1.24");
    assertThat(version.get("Version").textValue()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
    assertThat(version.get("Os").textValue()).isEqualTo("linux");
    assertThat(version.get("Arch").textValue()).isEqualTo("amd64");
    assertThat(version.get("Components")).hasSize(4);
  }

  @Test
  void infoHoldsWhatToolsRead() {
    server.create("counted", "");
    var info = server.get("/v1.24/info").json();
    assertThat(info.get("Containers").intValue()).isPositive();
    assertThat(info.get("Swarm").get("LocalNodeState").textValue()).isEqualTo("inactive");
    assertThat(info.get("Swarm").get("NodeID").textValue()).isEmpty();
    assertThat(info.get("LoggingDriver").textValue()).isEqualTo("json-file");
    assertThat(info.get("ServerVersion").textValue()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
    for (var field :
        new String[] {
          "Name", "Driver", "DriverStatus", "OperatingSystem", "DockerRootDir", "OSType",
          "SecurityOptions", "Runtimes", "NCPU", "MemTotal", "RegistryConfig", "Plugins"
        }) {
      assertThat(info.has(field)).as(field).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/services,503",
    "GET,/nodes/self,503",
    "GET,/swarm,503",
    "POST,/secrets/create,503",
    "POST,/swarm/init,400",
    "GET,/plugins,200",
    "GET,/plugins/a/b:latest/json,404",
    "POST,/images/create?fromImage=nginx,404",
    "POST,/build/prune,200"
  })
  void whatIsAbsentSaysSo(String method, String target, int status) {
    assertThat(server.call(method, target, "").status()).isEqualTo(status);
  }
}
