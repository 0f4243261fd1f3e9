package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerRoutesTest {
  private ApiServer server;

  @BeforeEach
  void start() {
    server = new ApiServer();
  }

  @AfterEach
  void end() throws Exception {
    server.close();
  }

  @Test
  void aContainerLivesAndDies() {
    var id = server.create("web", ",\"Cmd\":[\"sleep\",\"9\"]");
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(server.post("/containers/web/start", "").status()).isEqualTo(204);
    assertThat(server.post("/containers/" + id + "/start", "").status()).isEqualTo(304);
    assertThat(server.get("/containers/web/json").json().get("State").get("Pid").intValue())
        .isEqualTo(4711);
    assertThat(server.post("/containers/web/pause", "").status()).isEqualTo(204);
    assertThat(server.post("/containers/web/unpause", "").status()).isEqualTo(204);
    assertThat(server.call("DELETE", "/containers/web", "").status()).isEqualTo(409);
    assertThat(server.post("/containers/web/stop?t=3", "").status()).isEqualTo(204);
    assertThat(server.post("/containers/web/stop", "").status()).isEqualTo(304);
    assertThat(server.post("/containers/web/kill", "").status()).isEqualTo(409);
    assertThat(server.post("/containers/web/rename?name=web2", "").status()).isEqualTo(204);
    assertThat(server.call("DELETE", "/containers/%2Fweb2?v=1&force=true", "").status())
        .isEqualTo(204);
    assertThat(server.get("/containers/web2/json").message()).isEqualTo("No such container: web2");
  }

  @Test
  void aCreateSaysIdAndWarnings() {
    var response = server.post("/containers/create?name=w1", "{\"Image\":\"busybox\"}");
    assertThat(response.status()).isEqualTo(201);
    assertThat(response.body())
        .matches("\\{\"Id\":\"[0-9a-f]{64}\",\"Warnings\":\\[\"a warning\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/containers/create|{\"Image\":\"nope\"}|404|No such image: nope",
        "/containers/create?name=a/b|{\"Image\":\"busybox\"}|400|Invalid container name (a/b), only"
            + " [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        "/containers/create|{\"Image\":|400|",
        "/containers/create|{\"Image\":\"busybox\"}}|400|",
        "/containers/none/start||404|No such container: none",
        "/containers/none/stop?t=x||400|",
        "/containers/none/resize?h=1||400|invalid resize width \"\": must be a number from 0 to"
            + " 65535",
        "/containers/none/wait?condition=never||400|invalid condition: \"never\"",
        "/containers/none/wait||404|No such container: none",
        "/containers/none/rename?name=||400|Neither old nor new names may be empty",
        "/containers/none/update|[]|400|invalid JSON: expected an object, found an array",
        "/containers/none/exec|{}|400|No exec command specified",
        "/exec/none/start|{}|404|No such exec instance: none"
      })
  void errorsAreDockers(String target, String body, int status, String message) {
    var response = server.post(target, body == null ? "" : body);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers()).containsEntry("content-type", "application/json");
    assertThat(response.message()).contains(message == null ? "invalid" : message);
  }

  @Test
  void olderClientsShareTheirIpcAndWhatWasNotGivenIsNull() {
    var asked = "{\"Image\":\"busybox\"}";
    var older = server.post("/v1.39/containers/create?name=older", asked);
    assertThat(older.status()).isEqualTo(201);
    server.post("/v1.40/containers/create?name=newer", asked);
    var shown = server.get("/containers/older/json").json().get("HostConfig");
    assertThat(shown.get("IpcMode").asText()).isEqualTo("shareable");
    assertThat(shown.get("Dns").isNull()).isTrue();
    var host = server.get("/containers/newer/json").json().get("HostConfig");
    assertThat(host.get("IpcMode").asText()).isEqualTo("private");
  }

  @Test
  void aTakenNameIsAConflict() {
    server.create("web", "");
    var response = server.post("/containers/create?name=web", "{\"Image\":\"busybox\"}");
    assertThat(response.status()).isEqualTo(409);
    assertThat(response.message()).contains("is already in use by container");
  }

  @Test
  void aWaitAnswersItsHeadersAtOnceAndTheCodeAtTheEnd() {
    server.create("w1", ",\"Cmd\":[\"exit\",\"3\"]");
    try (var client = server.connect()) {
      client.request("POST", "/v1.44/containers/w1/wait?condition=next-exit", "");
      var head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers()).containsEntry("content-type", "application/json");
      server.post("/containers/w1/start", "");
      assertThat(client.chunk()).isEqualTo("{\"StatusCode\":3}\n");
    }
  }

  @Test
  void aWaitForTheRemovalTellsTheCode() {
    server.create("w1", ",\"Cmd\":[\"exit\",\"5\"],\"HostConfig\":{\"AutoRemove\":true}");
    try (var client = server.connect()) {
      client.request("POST", "/v1.30/containers/w1/wait?condition=removed", "");
      client.head();
      server.post("/containers/w1/start", "");
      assertThat(client.chunk()).isEqualTo("{\"StatusCode\":5}\n");
    }
  }

  @Test
  void anOldWaitAnswersAtTheEndOnly() {
    server.create("w1", ",\"Cmd\":[\"exit\",\"4\"]");
    server.post("/containers/w1/start", "");
    var response = server.post("/v1.24/containers/w1/wait?condition=ignored", "");
    assertThat(response.headers()).containsKey("content-length");
    assertThat(response.json().get("StatusCode").intValue()).isEqualTo(4);
  }

  @Test
  void logsAreFramedAndStamped() {
    server.create("both", ",\"Cmd\":[\"both\"]");
    server.post("/containers/both/start", "");
    var plain = server.get("/v1.44/containers/both/logs?stdout=1&stderr=1");
    assertThat(plain.headers())
        .containsEntry("content-type", "application/vnd.docker.multiplexed-stream");
    assertThat(plain.body())
        .isEqualTo("\u0001\0\0\0\0\0\0\u0004out\n\u0002\0\0\0\0\0\0\u0004err\n");
    assertThat(server.get("/v1.44/containers/both/logs?stderr=1&timestamps=1").body())
        .isEqualTo("\u0002\0\0\0\0\0\0\u00232026-11-21T10:00:00.500000000Z err\n");
    assertThat(server.get("/containers/both/logs?stdout=true&stderr=true&tail=1").body())
        .endsWith("err\n")
        .doesNotContain("out");
    assertThat(server.get("/v1.41/containers/both/logs?stdout=1").headers())
        .containsEntry("content-type", "application/vnd.docker.raw-stream");
  }

  @Test
  void logsNeedAStream() {
    server.create("x1", "");
    var response = server.get("/containers/x1/logs");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.message()).isEqualTo("Bad parameters: you must choose at least one stream");
  }

  @Test
  void anExecRunsAndTellsItsCode() {
    server.create("x1", ",\"Cmd\":[\"sleep\"]");
    server.post("/containers/x1/start", "");
    var id =
        server
            .post("/containers/x1/exec", "{\"Cmd\":[\"exit\",\"7\"],\"AttachStdout\":true}")
            .json()
            .get("Id")
            .textValue();
    assertThat(server.get("/exec/" + id + "/json").json().get("ExitCode").isNull()).isTrue();
    assertThat(server.post("/exec/" + id + "/start", "{\"Detach\":true}").status()).isEqualTo(200);
    var inspected = server.get("/exec/" + id + "/json").json();
    assertThat(inspected.get("ExitCode").intValue()).isEqualTo(7);
    assertThat(inspected.get("Running").booleanValue()).isFalse();
    assertThat(inspected.get("ProcessConfig").get("entrypoint").textValue()).isEqualTo("exit");
  }

  @Test
  void anExecStartWithUpgradeStreams() {
    server.create("x1", ",\"Cmd\":[\"sleep\"]");
    server.post("/containers/x1/start", "");
    var id =
        server
            .post("/containers/x1/exec", "{\"Cmd\":[\"echo\",\"hi\"],\"AttachStdout\":true}")
            .json()
            .get("Id")
            .textValue();
    try (var client = server.connect()) {
      client.send(
          "POST /exec/%s/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
              .formatted(id));
      assertThat(client.head().status()).isEqualTo(101);
      assertThat(new String(client.rest(), StandardCharsets.ISO_8859_1))
          .isEqualTo("\u0001\0\0\0\0\0\0\u0003hi\n");
    }
  }

  // -- lists

  private static String names(JsonNode list) {
    return String.join(
        " ",
        StreamSupport.stream(list.spliterator(), false)
            .map(row -> row.get("Names").get(0).textValue().substring(1))
            .sorted()
            .toList());
  }

  private String listed(String query, String filters) {
    return names(
        server
            .get(
                "/containers/json?%s&filters=%s"
                    .formatted(query, URLEncoder.encode(filters, StandardCharsets.UTF_8)))
            .json());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "|``|b1",
        "all=1|``|a1 b1 c1",
        "all=1|{\"label\":[\"k=v\"]}|a1 b1",
        "|{\"label\":[\"k=v\"]}|b1",
        "all=1|{\"label\":[\"k\",\"empty=\"]}|b1",
        "|{\"status\":[\"created\",\"exited\"]}|a1 c1",
        "|{\"status\":{\"running\":true}}|b1",
        "|{\"exited\":[\"3\"]}|c1",
        "|{\"exited\":[\"0\"]}|``",
        "all=1|{\"name\":[\"^/?a1$\"]}|a1",
        "all=1|{\"name\":[\"a\",\"b\"]}|a1 b1",
        "all=1|{\"ancestor\":[\"busybox\"]}|a1 b1 c1",
        "all=1|{\"ancestor\":[\"nope\"]}|``",
        "all=1|{\"network\":[\"bridge\"]}|a1 b1 c1",
        "all=1|{\"network\":[\"host\"]}|``",
        "all=1|{\"health\":[\"none\"]}|a1 b1 c1",
        "all=1|{\"expose\":[\"80\"]}|a1",
        "all=1|{\"expose\":[\"70-90/tcp\"]}|a1",
        "all=1|{\"expose\":[\"80/udp\"]}|``",
        "all=1|{\"is-task\":[\"true\"]}|``",
        "all=1|{\"volume\":[\"/data\"]}|``"
      })
  void filtersChoose(String query, String filters, String expected) {
    server.create("a1", ",\"Labels\":{\"k\":\"v\"},\"ExposedPorts\":{\"80\":{}}");
    server.create("b1", ",\"Labels\":{\"k\":\"v\",\"empty\":\"\"},\"Cmd\":[\"sleep\"]");
    server.create("c1", ",\"Cmd\":[\"exit\",\"3\"]");
    server.post("/containers/b1/start", "");
    server.post("/containers/c1/start", "");
    assertThat(listed(query == null ? "" : query, filters == null ? "" : filters))
        .isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"nope\":[\"x\"]}|400",
        "{\"status\":[\"lost\"]}|400",
        "{\"health\":[\"fine\"]}|400",
        "{\"exited\":[\"x\"]}|400",
        "{\"publish\":[\"http\"]}|400",
        "{\"before\":[\"nobody\"]}|404",
        "no json|400"
      })
  void badFiltersAreRefused(String filters, int status) {
    assertThat(
            server
                .get(
                    "/containers/json?filters="
                        + URLEncoder.encode(filters, StandardCharsets.UTF_8))
                .status())
        .isEqualTo(status);
  }

  @Test
  void aRowHasWhatListsShow() {
    server.create("web", ",\"Cmd\":[\"sh\",\"-c\",\"sleep 9\"],\"ExposedPorts\":{\"80/tcp\":{}}");
    server.post("/containers/web/start", "");
    var row = server.get("/containers/json?limit=1&size=1").json().get(0);
    assertThat(row.get("Names").get(0).textValue()).isEqualTo("/web");
    assertThat(row.get("Image").textValue()).isEqualTo("busybox");
    assertThat(row.get("ImageID").textValue()).startsWith("sha256:");
    assertThat(row.get("Command").textValue()).isEqualTo("sh -c 'sleep 9'");
    assertThat(row.get("State").textValue()).isEqualTo("running");
    assertThat(row.get("Status").textValue()).startsWith("Up ");
    assertThat(row.get("Ports")).hasToString("[{\"PrivatePort\":80,\"Type\":\"tcp\"}]");
    assertThat(row.get("SizeRw").intValue()).isEqualTo(12);
    assertThat(row.get("HostConfig").get("NetworkMode").textValue()).isEqualTo("bridge");
    assertThat(row.get("NetworkSettings").get("Networks").has("bridge")).isTrue();
  }

  @Test
  void anUpdateChangesWhatItNames() {
    server.create("web", "");
    var response =
        server.post(
            "/containers/web/update",
            "{\"Memory\":1048576,\"RestartPolicy\":{\"Name\":\"always\"}}");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"Warnings\":null}");
    var host = server.get("/containers/web/json").json().get("HostConfig");
    assertThat(host.get("Memory").intValue()).isEqualTo(1_048_576);
    assertThat(host.get("RestartPolicy").get("Name").textValue()).isEqualTo("always");
  }

  @Test
  void statsCarryTheSampleBefore() {
    server.create("web", "");
    var stats = server.get("/containers/web/stats?stream=false").json();
    assertThat(stats.get("preread").textValue()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(stats.get("cpu_stats").get("cpu_usage").get("total_usage").intValue())
        .isEqualTo(1000);
    assertThat(stats.get("memory_stats").get("stats").get("cache").intValue()).isEqualTo(12);
    assertThat(stats.get("networks").get("eth0").get("tx_bytes").intValue()).isEqualTo(3);
    assertThat(server.get("/containers/web/top?ps_args=aux").body())
        .isEqualTo("{\"Titles\":[\"PID\",\"CMD\"],\"Processes\":[[\"4711\",\"cat\"]]}");
  }

  @Test
  void aPruneRemovesWhatDoesNotRun() {
    server.create("running", ",\"Cmd\":[\"sleep\"]");
    server.post("/containers/running/start", "");
    var id = server.create("idle", "");
    var pruned = server.post("/containers/prune", "").json();
    assertThat(pruned.get("ContainersDeleted")).hasToString("[\"" + id + "\"]");
    assertThat(pruned.get("SpaceReclaimed").intValue()).isEqualTo(12);
    assertThat(listed("all=1", "")).isEqualTo("running");
  }
}
