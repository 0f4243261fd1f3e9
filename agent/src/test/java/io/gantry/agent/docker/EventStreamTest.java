package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.Subject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventStreamTest {
  private static final Subject WEB =
      new Subject("container", "c1".repeat(32), "web", "busybox:1", Map.of("app", "a"));
  private static final Subject DB =
      new Subject("container", "d1".repeat(32), "db", "postgres", Map.of());
  private static final long NOON = FakeContainers.NOON.getEpochSecond();
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
    var events = server.engine.events;
    events.append(DockerEventsTest.entry(1, WEB, DockerEventsTest.created()));
    events.append(DockerEventsTest.entry(2, WEB, DockerEventsTest.started()));
    events.append(DockerEventsTest.entry(3, DB, DockerEventsTest.created()));
    events.append(DockerEventsTest.entry(4, WEB, DockerEventsTest.exited(3)));
  }

  @AfterAll
  static void end() throws Exception {
    server.close();
  }

  private static String past(String filters) {
    return server
        .get(
            "/events?since=%d&until=%d&filters=%s"
                .formatted(NOON, NOON + 100, URLEncoder.encode(filters, StandardCharsets.UTF_8)))
        .body();
  }

  private static long count(String filters) {
    return past(filters).lines().count();
  }

  @Test
  void thePastIsReplayedAsOneObjectALine() {
    assertThat(past("").lines().findFirst().orElseThrow())
        .isEqualTo(
            """
            {"status":"create","id":"%1$s","from":"busybox:1","Type":"container",\
            "Action":"create","Actor":{"ID":"%1$s","Attributes":{"app":"a",\
            "image":"busybox:1","name":"web"}},"scope":"local","time":%2$d,\
            "timeNano":%2$d000000000}"""
                .formatted(WEB.id(), NOON + 1));
    // create, connect, start, create, die, disconnect
    assertThat(count("")).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":[\"container\"]}|4",
        "{\"type\":{\"network\":true}}|2",
        "{\"event\":[\"start\",\"die\"]}|2",
        "{\"container\":[\"web\"]}|3",
        "{\"container\":[\"c1c1\"]}|3",
        "{\"container\":[\"web\",\"db\"]}|4",
        "{\"image\":[\"busybox\"]}|3",
        "{\"image\":[\"busybox:1\"],\"event\":[\"die\"]}|1",
        "{\"label\":[\"app=a\"]}|3",
        "{\"label\":[\"app\",\"other\"]}|0",
        "{\"network\":[\"bridge\"]}|2",
        "{\"scope\":[\"swarm\"]}|0",
        "{\"type\":[\"daemon\"]}|0"
      })
  void filtersChoose(String filters, int expected) {
    assertThat(count(filters)).isEqualTo(expected);
  }

  @Test
  void boundsAreKept() {
    var response =
        server.get("/events?since=%d.5&until=%d".formatted(NOON + 1, NOON + 3)).body().lines();
    assertThat(response.filter(line -> line.contains("\"Type\":\"container\"")).count())
        .isEqualTo(2);
  }

  @Test
  void badTimesAreRefusedAndUnknownFiltersLetEverythingPass() {
    assertThat(server.get("/events?until=1&filters={%22x%22:[%22y%22]}").status()).isEqualTo(200);
    assertThat(server.get("/events?since=yesterday").status()).isEqualTo(400);
    assertThat(server.get("/events?since=100&until=50").status()).isEqualTo(400);
  }

  @Test
  void anEndCenturiesAwayIsNoEnd() {
    try (var client = server.connect()) {
      client.request("GET", "/events?since=%d&until=999999999999".formatted(NOON), "");
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.chunk()).contains("create");
    }
  }

  @Test
  void headersComeAtOnceAndLiveEventsAsTheyHappen() {
    try (var live = new ApiServer();
        var client = live.connect()) {
      client.request("GET", "/events", "");
      assertThat(client.head().status()).isEqualTo(200);
      ConnectionTest.eventually(() -> live.engine.events.followers() == 1);
      live.engine.events.append(DockerEventsTest.entry(1, DB, DockerEventsTest.created()));
      assertThat(client.chunk()).contains("\"Action\":\"create\"");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
