package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cluster as a swarm: made, entered and left over the socket. */
class SwarmRoutesTest {
  private static final String NO_MANAGER =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
          + " connect this node to swarm and try again.";

  private ApiServer server;

  @BeforeEach
  void start() {
    server = new ApiServer();
  }

  @AfterEach
  void end() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/swarm",
        "/swarm/unlockkey",
        "/services",
        "/services/x",
        "/tasks",
        "/tasks/x",
        "/nodes",
        "/nodes/self",
        "/secrets",
        "/configs",
        "/services/x/logs?stdout=1"
      })
  void withoutAClusterThereIsNothingToSee(String target) {
    var answer = server.get(target);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.message()).isEqualTo(NO_MANAGER);
  }

  @Test
  void aClusterIsMadeOnceAndLeft() {
    assertThat(server.post("/swarm/leave", "").message())
        .isEqualTo("This node is not part of a swarm");
    var body = "{\"ListenAddr\":\"0.0.0.0:2377\",\"AdvertiseAddr\":\"10.0.0.1\",\"Spec\":{}}";
    var made = server.post("/swarm/init", body);
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.body()).isEqualTo("\"host" + "1".repeat(21) + "\"");
    var again = server.post("/swarm/init", body);
    assertThat(again.status()).isEqualTo(503);
    assertThat(again.message())
        .isEqualTo(
            "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm"
                + " and join another one.");
    assertThat(server.get("/_ping").headers()).containsEntry("swarm", "active/manager");
    var info = server.get("/info").json().get("Swarm");
    assertThat(info.get("LocalNodeState").asText()).isEqualTo("active");
    assertThat(info.get("NodeAddr").asText()).isEqualTo("10.0.0.1");
    assertThat(info.get("Managers").asInt()).isEqualTo(3);
    assertThat(info.get("Cluster").get("ID").asText()).isEqualTo("c1");
    assertThat(server.post("/swarm/leave", "").status()).isEqualTo(200);
    assertThat(server.get("/swarm").status()).isEqualTo(503);
  }

  @Test
  void theTokenIsShownAndCanBeReplaced() {
    server.post("/swarm/init", "{}");
    var swarm = server.get("/swarm").json();
    assertThat(swarm.get("JoinTokens").get("Worker").asText()).isEqualTo("token-1");
    var to = "/swarm/update?version=1&rotateWorkerToken=true";
    assertThat(server.post(to, swarm.get("Spec").toString()).status()).isEqualTo(200);
    assertThat(server.get("/swarm").json().get("JoinTokens").get("Manager").asText())
        .isEqualTo("token-2");
    assertThat(server.get("/swarm/unlockkey").body()).isEqualTo("{\"UnlockKey\":\"\"}");
    assertThat(server.post("/swarm/unlock", "{}").status()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/swarm/init|{\"ForceNewCluster\":true}|a new cluster of what is left cannot be forced",
        "/swarm/init|{\"AutoLockManagers\":true}|autolock is not supported",
        "/swarm/init|{\"ListenAddr\":\"10.0.0.9:99\"}|listen address 10.0.0.9:99 is not supported",
        "/swarm/init|{\"DataPathAddr\":\"eth1\"}|a data path address is not supported",
        "/swarm/init|{\"DefaultAddrPool\":[\"10.0.0.0/8\"]}|a default address pool is not"
            + " supported",
        "/swarm/init|{\"Availability\":\"no\"}|invalid Availability: \"no\"",
        "/swarm/join|{}|at least 1 RemoteAddr is required to join",
        "/swarm/join|{\"RemoteAddrs\":[\"h:1\"],\"JoinToken\":\"t\"}|the token lets nobody in"
      })
  void whatCannotBeHadIsRefusedAndNothingIsMade(String target, String body, String message) {
    assertThat(server.post(target, body).message()).startsWith(message);
    assertThat(server.get("/swarm").status()).isEqualTo(503);
  }

  @Test
  void settingsCannotBeChanged() {
    server.post("/swarm/init", "{}");
    var spec = server.get("/swarm").json().get("Spec").toString();
    var other = spec.replace("\"TaskHistoryRetentionLimit\":5", "\"TaskHistoryRetentionLimit\":9");
    var refused = server.post("/swarm/update?version=1", other);
    assertThat(refused.status()).isEqualTo(501);
    assertThat(refused.message())
        .isEqualTo("Orchestration.TaskHistoryRetentionLimit cannot be changed: it is 5");
    var locked = spec.replace("\"AutoLockManagers\":false", "\"AutoLockManagers\":true");
    assertThat(server.post("/swarm/update?version=1", locked).message())
        .isEqualTo("autolock is not supported");
    assertThat(server.post("/swarm/update", spec).message()).startsWith("invalid swarm version ''");
  }

  @Test
  void aHostJoinsWithTheTokenAndDrained() {
    var body =
        "{\"RemoteAddrs\":[\"10.0.0.2:4280\"],\"JoinToken\":\"token-1\",\"Availability\":\"drain\"}";
    assertThat(server.post("/swarm/join", body).status()).isEqualTo(200);
    assertThat(server.get("/nodes/self").json().get("Spec").get("Availability").asText())
        .isEqualTo("drain");
  }

  @Test
  void thereAreNoSecretsConfigsAndNetworksOverHosts() {
    server.post("/swarm/init", "{}");
    assertThat(server.get("/secrets").body()).isEqualTo("[]");
    assertThat(server.get("/configs/x").message()).isEqualTo("config x not found");
    assertThat(server.post("/secrets/create", "{}").message())
        .isEqualTo("cannot create the secret: services have no secrets here");
    assertThat(server.post("/networks/create", "{\"Name\":\"n\",\"Driver\":\"overlay\"}").message())
        .startsWith("cannot create network n: networks over several hosts");
    assertThat(server.get("/networks/bridge?scope=swarm").status()).isEqualTo(200);
  }
}
