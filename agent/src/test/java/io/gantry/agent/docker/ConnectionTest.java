package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Containers.Stream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The socket: keep-alive, hijack with and without Upgrade, half-close, broken and hostile peers.
 */
class ConnectionTest {
  private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
  }

  @AfterAll
  static void end() throws Exception {
    server.close();
  }

  private static String frame(int stream, String text) {
    return new String(
            new byte[] {(byte) stream, 0, 0, 0, 0, 0, 0, (byte) text.length()},
            StandardCharsets.ISO_8859_1)
        + text;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static RawClient attach(String name, String headers, String early) {
    return server
        .connect()
        .send(
            "POST /v1.44/containers/%s/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: x\r\n%s\r\n%s"
                .formatted(name, headers, early));
  }

  /** Polls, because what is waited for happens on other threads; bounded by the deadline. */
  static void eventually(BooleanSupplier condition) {
    var deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.onSpinWait();
      Thread.yield();
    }
  }

  @Test
  void oneConnectionServesManyRequests() {
    try (var client = server.connect()) {
      for (var i = 0; i < 5; i++) {
        assertThat(client.call("GET", "/_ping", "").body()).isEqualTo("OK");
        assertThat(client.call("POST", "/containers/none/start", "{}").status()).isEqualTo(404);
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    try (var client = server.connect()) {
      client.request("GET", "/_ping", "").request("GET", "/nowhere", "");
      assertThat(client.response().status()).isEqualTo(200);
      assertThat(client.response().status()).isEqualTo(404);
    }
  }

  @Test
  void anUpgradedAttachIsOneConnectionBothWays() {
    server.create("upgraded", ",\"Cmd\":[\"cat\"],\"OpenStdin\":true");
    try (var client = attach("upgraded", UPGRADE, "early ")) {
      var head = client.head();
      assertThat(head.status()).isEqualTo(101);
      assertThat(head.reason()).isEqualTo("UPGRADED");
      assertThat(head.headers())
          .containsEntry("upgrade", "tcp")
          .containsEntry("connection", "Upgrade")
          .containsEntry("content-type", "application/vnd.docker.multiplexed-stream");
      server.post("/containers/upgraded/start", "");
      assertThat(text(client.exactly(14))).isEqualTo(frame(1, "early "));
      client.send("late");
      assertThat(text(client.exactly(12))).isEqualTo(frame(1, "late"));
      client.endOutput();
      assertThat(text(client.rest())).isEqualTo(frame(1, "<end of input>"));
    }
  }

  @Test
  void anAttachWithoutUpgradeReadsAPlain200AndMayWrite() {
    server.create("plain", ",\"Cmd\":[\"cat\"],\"OpenStdin\":true");
    try (var client = attach("plain", "", "")) {
      var head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers())
          .doesNotContainKeys("upgrade", "content-length", "transfer-encoding")
          .containsEntry("content-type", "application/vnd.docker.multiplexed-stream");
      server.post("/containers/plain/start", "");
      client.send("in");
      assertThat(text(client.exactly(10))).isEqualTo(frame(1, "in"));
      client.endOutput();
      assertThat(text(client.rest())).isEqualTo(frame(1, "<end of input>"));
    }
  }

  @Test
  void aRefusedAttachLeavesTheConnectionUsable() {
    try (var client = attach("nobody", UPGRADE, "")) {
      var refused = client.response();
      assertThat(refused.status()).isEqualTo(404);
      assertThat(refused.message()).isEqualTo("No such container: nobody");
      assertThat(client.call("GET", "/_ping", "").status()).isEqualTo(200);
    }
  }

  @Test
  void anAttachWithLogsBeginsWithThePast() {
    server.create("past", ",\"Cmd\":[\"both\"]");
    server.post("/containers/past/start", "");
    try (var client = server.connect()) {
      client.send(
          "POST /containers/past/attach?stream=1&logs=1&stdout=1&stderr=1 HTTP/1.1\r\n"
              + "Host: x\r\n\r\n");
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(text(client.rest())).isEqualTo(frame(1, "out\n") + frame(2, "err\n"));
    }
  }

  @Test
  void bothStreamsAreFramedAndATerminalIsNot() {
    server.create("both", ",\"Cmd\":[\"both\"]");
    server.create("tty", ",\"Cmd\":[\"both\"],\"Tty\":true");
    try (var framed = attach("both", UPGRADE, "");
        var raw = attach("tty", UPGRADE, "")) {
      framed.head();
      assertThat(raw.head().headers())
          .containsEntry("content-type", "application/vnd.docker.raw-stream");
      server.post("/containers/both/start", "");
      server.post("/containers/tty/start", "");
      assertThat(text(framed.rest())).isEqualTo(frame(1, "out\n") + frame(2, "err\n"));
      assertThat(text(raw.rest())).isEqualTo("out\nerr\n");
    }
  }

  @Test
  void aClientThatBreaksOffAHijackLeavesNothing() {
    server.create("left", ",\"Cmd\":[\"cat-like\"]");
    server.post("/containers/left/start", "");
    var process = server.engine.containers.process("left");
    try (var client = attach("left", UPGRADE, "")) {
      client.head();
      eventually(() -> process.attached() == 1);
    }
    process.inputEnded.join();
    process.print(Stream.STDOUT, "nobody reads this");
    eventually(
        () -> {
          process.print(Stream.STDOUT, "nor this");
          return process.attached() == 0;
        });
  }

  @Test
  void aClientThatLeavesAStreamEndsIt() {
    try (var client = server.connect()) {
      client.request("GET", "/events", "");
      assertThat(client.head().status()).isEqualTo(200);
      eventually(() -> server.engine.events.followers() > 0);
    }
    eventually(() -> server.engine.events.followers() == 0);
  }

  @Test
  void whatIsNoHttpIsRefusedAndHurtsNobody() {
    for (var nonsense :
        new String[] {
          "\u0016\u0003\u0001\u0002\r\n\r\n",
          "GET\r\n\r\n",
          "GET /_ping HTTP/9.9\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost x\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -7\r\n\r\n"
        }) {
      try (var client = server.connect()) {
        client.send(nonsense);
        assertThat(client.head().status()).as(nonsense).isBetween(400, 505);
      }
    }
    assertThat(server.get("/_ping").status()).isEqualTo(200);
  }

  @Test
  void hugeHeadsAreRefused() {
    try (var client = server.connect()) {
      client.send("GET /_ping HTTP/1.1\r\nHost: x\r\nX-Long: " + "y".repeat(100_000) + "\r\n\r\n");
      assertThat(client.head().status()).isBetween(400, 431);
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWithoutBeingKept() {
    try (var client = server.connect()) {
      client.send(
          "POST /containers/create HTTP/1.1\r\n"
              + "Host: x\r\n"
              + "Content-Type: application/json\r\n"
              + "Content-Length: 100000000\r\n\r\n");
      assertThat(client.head().status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 100_000})
  void aBodyThatEndsTooSoonIsRefused(int length) {
    try (var client = server.connect()) {
      client
          .send(
              """
              POST /containers/create HTTP/1.1\r
              Host: x\r
              Content-Type: application/json\r
              Content-Length: %d\r
              \r
              {"""
                  .formatted(length))
          .endOutput();
      assertThat(client.head().status()).isEqualTo(400);
    }
  }

  @Test
  void theCallerIsWhoTheKernelSays() {
    server.create("whose", "");
    assertThat(server.engine.containers.callers)
        .anySatisfy(caller -> assertThat(caller.principal()).startsWith("unix:uid="));
  }
}
