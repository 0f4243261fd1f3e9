package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.protocol.v1.HostPresence;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Services, tasks and nodes over the socket. */
class ServiceRoutesTest {
  private static final String SPEC =
      """
      {"Name":"%s","Labels":{"team":"a"},"TaskTemplate":{"ContainerSpec":{"Image":"busybox"%s}},
       "Mode":{"Replicated":{"Replicas":2}}}
      """;

  private ApiServer server;

  @BeforeEach
  void start() {
    server = new ApiServer();
    server.post("/swarm/init", "{}");
  }

  @AfterEach
  void end() throws Exception {
    server.close();
  }

  private String create(String name) {
    return server.post("/services/create", SPEC.formatted(name, "")).json().get("ID").textValue();
  }

  private static String filter(String json) {
    return "?filters=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
  }

  private static java.util.List<String> all(JsonNode list, String... path) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(
            one -> {
              var at = one;
              for (var name : path) {
                at = at.get(name);
              }
              return at.asText();
            })
        .toList();
  }

  @Test
  void aServiceIsMadeListedAndInspected() {
    var made = server.post("/services/create", SPEC.formatted("web", ""));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().get("ID").textValue()).hasSize(25);
    assertThat(made.json().get("Warnings").isNull()).isTrue();
    var listed = server.get("/services?status=true").json().get(0);
    assertThat(listed.get("Spec").get("TaskTemplate").get("ContainerSpec").get("Image").asText())
        .isEqualTo("busybox");
    assertThat(listed.get("ServiceStatus"))
        .hasToString("{\"RunningTasks\":2,\"DesiredTasks\":2,\"CompletedTasks\":0}");
    var plain = server.get("/services/web").json();
    assertThat(plain.get("Spec").has("UpdateConfig")).isFalse();
    assertThat(plain.has("ServiceStatus")).isFalse();
    var whole = server.get("/services/web?insertDefaults=true").json().get("Spec");
    assertThat(whole.get("UpdateConfig").get("Order").asText()).isEqualTo("stop-first");
    assertThat(whole.get("TaskTemplate").get("RestartPolicy"))
        .hasToString("{\"Condition\":\"any\",\"Delay\":5000000000,\"MaxAttempts\":0}");
    assertThat(server.call("DELETE", "/services/web", "").status()).isEqualTo(200);
    assertThat(server.get("/services/web").message()).isEqualTo("service web not found");
  }

  @Test
  void aNameIsTakenOnce() {
    create("web");
    var second = server.post("/services/create", SPEC.formatted("web", ""));
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.message())
        .isEqualTo(
            "rpc error: code = AlreadyExists desc = name conflicts with an existing object:"
                + " service web already exists");
  }

  @Test
  void anUpdateNamesWhatItWasMadeFrom() {
    var id = create("web");
    var version = server.get("/services/web").json().get("Version").get("Index").asLong();
    var body = SPEC.formatted("web", ",\"Env\":[\"A=1\"]");
    var late = server.post("/services/" + id + "/update?version=1", body);
    assertThat(late.status()).isEqualTo(500);
    assertThat(late.message()).isEqualTo("rpc error: code = Unknown desc = update out of sequence");
    assertThat(server.post("/services/" + id + "/update", body).message())
        .isEqualTo("invalid service version '': strconv.ParseUint: parsing \"\": invalid syntax");
    assertThat(server.post("/services/web/update?version=" + version, body).status())
        .isEqualTo(200);
    var updated = server.get("/services/web").json();
    assertThat(updated.get("UpdateStatus").get("State").asText()).isEqualTo("completed");
    assertThat(updated.get("PreviousSpec").get("TaskTemplate").get("ContainerSpec").has("Env"))
        .isFalse();
    var next = updated.get("Version").get("Index").asLong();
    var back = "/services/web/update?rollback=previous&version=" + next;
    assertThat(server.post(back, body).status()).isEqualTo(200);
    assertThat(
            server
                .get("/services/web")
                .json()
                .get("Spec")
                .get("TaskTemplate")
                .get("ContainerSpec")
                .has("Env"))
        .isFalse();
  }

  @Test
  void whatCannotBeChangedIsRefused() {
    create("web");
    var version = server.get("/services/web").json().get("Version").get("Index").asLong();
    var to = "/services/web/update?version=" + version;
    assertThat(server.post(to + "&rollback=previous", "{}").message())
        .contains("does not have a previous spec");
    assertThat(server.post(to, SPEC.formatted("other", "")).message())
        .contains("renaming services is not supported");
    assertThat(server.post(to, SPEC.formatted("web", "").replace("Replicated", "Global")).message())
        .contains("service mode change is not allowed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":[\"servicea\"]}|1",
        "{\"name\":[\"we\"]}|1",
        "{\"name\":[\"eb\"]}|0",
        "{\"name\":[\"web\",\"db\"]}|2",
        "{\"label\":[\"team=a\"]}|2",
        "{\"label\":[\"team=b\"]}|0",
        "{\"mode\":[\"global\"]}|0",
        "{\"mode\":{\"replicated\":true}}|2"
      })
  void servicesAreFiltered(String filter, int expected) {
    create("web");
    create("db");
    assertThat(server.get("/services" + filter(filter)).json()).hasSize(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"service\":[\"web\"]}|2",
        "{\"service\":[\"web\"],\"node\":[\"h2\"]}|1",
        "{\"node\":[\"self\"]}|2",
        "{\"desired-state\":[\"running\"]}|4",
        "{\"desired-state\":[\"shutdown\"]}|0",
        "{\"name\":[\"web.1\"]}|1",
        "{\"label\":[\"team=a\"]}|4",
        "{\"id\":[\"nothing\"]}|0",
        "{\"_up-to-date\":[\"true\"]}|4"
      })
  void tasksAreFiltered(String filter, int expected) {
    create("web");
    create("db");
    assertThat(server.get("/tasks" + filter(filter)).json()).hasSize(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/services|{\"x\":[\"y\"]}|400|invalid filter 'x'",
        "/tasks|{\"desired-state\":[\"x\"]}|400|Invalid desired-state filter: 'x'",
        "/tasks|{\"service\":[\"nope\"]}|404|service nope not found",
        "/tasks|{\"node\":[\"nope\"]}|404|node nope not found",
        "/nodes|{\"role\":[\"x\"]}|400|Invalid role filter: 'x'",
        "/nodes|{\"membership\":[\"x\"]}|400|Invalid membership filter: 'x'"
      })
  void aFilterThatMakesNoSenseIsRefused(String list, String filter, int status, String message) {
    var answer = server.get(list + filter(filter));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.message()).isEqualTo(message);
  }

  @Test
  void aTaskSaysWhereItRunsAndAsWhat() {
    var id = create("web");
    var tasks = server.get("/tasks").json();
    assertThat(all(tasks, "Slot")).containsExactly("1", "2");
    assertThat(all(tasks, "ServiceID")).containsOnly(id);
    assertThat(all(tasks, "Status", "State")).containsOnly("running");
    assertThat(all(tasks, "Spec", "ContainerSpec", "Image")).containsOnly("busybox");
    var task = tasks.get(0);
    var one = server.get("/tasks/" + task.get("ID").asText()).json();
    assertThat(one.get("Status").get("ContainerStatus").get("ContainerID").asText()).hasSize(64);
    assertThat(server.get("/tasks/nope").message()).isEqualTo("task nope not found");
  }

  @Test
  void linesOfLogsSayWhoseTheyAreWithDetails() {
    var id = create("web");
    var plain = server.get("/services/web/logs?stdout=1").body();
    assertThat(plain).contains("out of 1", "out of 2").doesNotContain("com.docker");
    var detailed = server.get("/services/web/logs?stdout=1&stderr=1&details=1&timestamps=1").body();
    assertThat(detailed)
        .contains("2026-01-01T12:00:00.000000000Z com.docker.swarm.node.id=host")
        .contains(",com.docker.swarm.service.id=" + id + ",com.docker.swarm.task.id=task");
    assertThat(server.get("/services/web/logs").message())
        .isEqualTo("Bad parameters: you must choose at least one stream");
    assertThat(server.get("/services/nope/logs?stdout=1").message())
        .isEqualTo("service nope not found");
  }

  @Test
  void aLogThatCannotBeReadIsSaidAmongTheOthers() {
    create("web");
    server.engine.cluster.presence("h2", HostPresence.HOST_PRESENCE_AWAY);
    assertThat(server.get("/services/web/logs?stdout=1").body())
        .contains("out of 1")
        .contains("cannot be read: container")
        .contains("is on host h2, which is away");
  }

  @Test
  void nodesAreHostsAndAreUpdatedByVersion() {
    var nodes = server.get("/nodes").json();
    assertThat(all(nodes, "Description", "Hostname")).containsExactly("h1", "h2", "h3");
    assertThat(all(nodes, "ManagerStatus", "Addr")).contains("10.0.0.2:4280");
    var id = nodes.get(1).get("ID").asText();
    var to = "/nodes/" + id + "/update?version=";
    assertThat(server.post(to + 1, "{\"Availability\":\"drain\"}").message())
        .isEqualTo("rpc error: code = Unknown desc = update out of sequence");
    assertThat(server.post(to + 7, "{\"Availability\":\"bad\"}").message())
        .isEqualTo("invalid Availability: \"bad\"");
    assertThat(server.post(to + 7, "{\"Role\":\"worker\"}").status()).isEqualTo(501);
    var drained = "{\"Availability\":\"drain\",\"Labels\":{\"dc\":\"a\"},\"Role\":\"manager\"}";
    assertThat(server.post(to + 7, drained).status()).isEqualTo(200);
    var node = server.get("/nodes/h2").json();
    assertThat(node.get("Spec"))
        .hasToString("{\"Labels\":{\"dc\":\"a\"},\"Role\":\"manager\",\"Availability\":\"drain\"}");
    assertThat(server.get("/nodes" + filter("{\"node.label\":[\"dc=a\"]}")).json()).hasSize(1);
    assertThat(server.get("/nodes/nope").message()).isEqualTo("node nope not found");
  }

  @Test
  void aHostThatTakesPartIsNotRemoved() {
    assertThat(server.call("DELETE", "/nodes/h3", "").message())
        .contains("is not down and can't be removed");
    server.engine.cluster.presence("h3", HostPresence.HOST_PRESENCE_AWAY);
    assertThat(server.call("DELETE", "/nodes/h3", "").status()).isEqualTo(200);
    assertThat(server.get("/nodes").json()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|400|mismatched Runtime and *Spec fields",
        "{\"TaskTemplate\":{\"ContainerSpec\":{}}}|400|ContainerSpec: image reference must be"
            + " provided",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"}},\"Mode\":{\"GlobalJob\":{}}}|501|jobs"
            + " (mode replicated-job and global-job) are not supported: mode is replicated or"
            + " global",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"}},\"Mode\":{\"Global\":{},\"Replicated\":{}}}|400|must"
            + " specify only one service mode",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\",\"Secrets\":[{\"SecretName\":\"s\"}]}}}|501|secret"
            + " s cannot be given to a container: services have no secrets here",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\",\"Hostname\":\"{{.Node.Platform.OS}}\"}}}|501|Hostname"
            + " \"{{.Node.Platform.OS}}\" holds a placeholder that nobody fills in (expected one of"
            + " {{.Service.ID}} {{.Service.Name}} {{.Task.ID}} {{.Task.Name}} {{.Task.Slot}}"
            + " {{.Node.ID}} {{.Node.Hostname}})",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"},\"RestartPolicy\":{\"Condition\":\"x\"}}}|400|invalid"
            + " RestartCondition: \"x\"",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"},\"Networks\":[{\"Target\":\"none-such\"}]}}|404|network"
            + " none-such not found",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"}},\"UpdateConfig\":{\"Order\":\"x\"}}|400|unrecognized"
            + " update order x",
        "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"}},\"EndpointSpec\":{\"Ports\":[{\"TargetPort\":80,\"PublishedPort\":8080}]}}|501|port"
            + " 80 cannot be published as 8080 on all hosts (mode ingress): only where a replica"
            + " runs (--publish mode=host,target=80,published=8080)"
      })
  void whatCannotBeHadIsRefusedByName(String body, int status, String message) {
    var answer = server.post("/services/create", body);
    assertThat(answer.message()).isEqualTo(message);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(server.get("/services").json()).isEmpty();
  }
}
