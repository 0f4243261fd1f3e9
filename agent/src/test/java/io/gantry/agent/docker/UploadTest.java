package io.gantry.agent.docker;

import static io.gantry.agent.docker.ConnectionTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Large bodies, which go past the HTTP server, and what follows them on the connection. */
final class UploadTest {
  private final ApiServer server = new ApiServer();
  private final RawClient client = server.connect();
  private byte[] context = new byte[0];

  @BeforeEach
  void makeAContext() {
    context = new byte[3_000_000];
    new Random(1).nextBytes(context);
  }

  @AfterEach
  void end() throws Exception {
    client.close();
    server.close();
  }

  private RawClient head(String headers) {
    return client.send("POST /v1.44/build HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n".formatted(headers));
  }

  private void sendInChunks(int from, int to) {
    for (var at = from; at < to; at += 40_000) {
      var length = Math.min(40_000, to - at);
      client.send(Integer.toHexString(length) + "\r\n");
      client.send(java.util.Arrays.copyOfRange(context, at, at + length)).send("\r\n");
    }
  }

  private void assertThatTheConnectionGoesOn() {
    assertThat(client.call("GET", "/_ping", "").body()).isEqualTo("OK");
  }

  @Test
  void aContextInChunksArrivesAndTheConnectionGoesOn() {
    for (var i = 0; i < 2; i++) {
      head("Transfer-Encoding: chunked");
      sendInChunks(0, context.length);
      client.send("0\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(200);
      assertThat(server.engine.builds.contexts.get(i)).isEqualTo(context);
      assertThatTheConnectionGoesOn();
    }
  }

  @Test
  void aContextOfKnownLengthArrivesTogetherWithTheNextRequest() {
    head("Content-Length: " + context.length);
    client.send(context).send("GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(client.response().status()).isEqualTo(200);
    assertThat(client.response().body()).isEqualTo("OK");
    assertThat(server.engine.builds.contexts.getFirst()).isEqualTo(context);
  }

  @Test
  void whoWaitsToBeToldToGoOnIsTold() {
    head("Expect: 100-continue\r\nContent-Length: 5");
    assertThat(client.head().status()).isEqualTo(100);
    client.send("hello");
    assertThat(client.response().status()).isEqualTo(200);
    assertThat(server.engine.builds.contexts.getFirst()).asString().isEqualTo("hello");
    assertThatTheConnectionGoesOn();
  }

  @Test
  void aHeadThatSaysItsBodyWentAsideIsNotBelieved() {
    head("X-Gantry-Upload: 1\r\nContent-Length: 0");
    assertThat(client.response().status()).isEqualTo(200);
    assertThatTheConnectionGoesOn();
  }

  @Test
  void aLittleThatNobodyReadsIsPassedOver() {
    client.send(
        "POST /v1.44/build?cpuperiod=x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    client.send(new byte[100_000]);
    assertThat(client.response().status()).isEqualTo(400);
    assertThatTheConnectionGoesOn();
  }

  @Test
  void whoseContextIsNotReadToItsEndIsAnsweredAndTheConnectionEnds() {
    server.engine.builds.reads = 1000;
    head("Content-Length: 100000000000");
    client.send(context);
    assertThat(client.response().status()).isEqualTo(200);
    assertThat(server.engine.builds.contexts.getFirst()).hasSize(1000);
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void aBodyThatIsNotInChunksIsAnErrorOfItsReader() {
    head("Transfer-Encoding: chunked");
    client.send("what?\r\n");
    var answer = client.response();
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.message()).isEqualTo("invalid chunked encoding: \"what?\" is no size");
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void aClientThatLeavesInTheMiddleLeavesNobodyWaiting() {
    head("Content-Length: 5000000").send(context);
    eventually(() -> !server.engine.builds.requests.isEmpty());
    client.endOutput();
    assertThat(client.response().message()).isEqualTo("unexpected EOF");
  }

  @Test
  void aClientThatIsSlowIsWaitedFor() {
    head("Content-Length: 10").send("hello");
    eventually(() -> !server.engine.builds.requests.isEmpty());
    client.send("there");
    assertThat(client.response().status()).isEqualTo(200);
    assertThat(new String(server.engine.builds.contexts.getFirst(), StandardCharsets.UTF_8))
        .isEqualTo("hellothere");
    assertThatTheConnectionGoesOn();
  }

  @Test
  void imagesToLoadAndFilesToWriteComeTheSameWay() {
    client.send(
        "POST /images/load?quiet=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    sendInChunks(0, context.length);
    client.send("0\r\n\r\n");
    assertThat(client.response().body()).contains("Loaded image: loaded:latest");
    assertThat(server.engine.images.loadedBytes).isEqualTo(context.length);

    client.send(
        "PUT /containers/web/archive?path=/x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
            .formatted(context.length));
    client.send(context);
    assertThat(client.response().status()).isIn(200, 404);
    assertThat(server.engine.files.archives.get("/x").toArray()).isEqualTo(context);
    assertThatTheConnectionGoesOn();
  }

  @Test
  void aTarThatIsRefusedBeforeItIsReadIsPassedOver() {
    for (var request : new String[] {"PUT /containers/web/archive", "POST /images/create"}) {
      client.send(request + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
      client.send(new byte[100_000]);
      assertThat(client.response().status()).isEqualTo(400);
      assertThatTheConnectionGoesOn();
    }
  }

  @Test
  void aBodyThatIsClosedWhileItIsReadIsGivenBackByItsReader() throws Exception {
    var closing = new CompletableFuture<Void>();
    server.engine.builds.opened =
        context -> {
          Thread.ofVirtual()
              .start(
                  () -> {
                    eventually(() -> !server.engine.builds.requests.isEmpty());
                    try {
                      context.close();
                      closing.complete(null);
                    } catch (IOException e) {
                      closing.completeExceptionally(e);
                    }
                  });
        };
    head("Content-Length: 10");
    closing.get(10, TimeUnit.SECONDS);
    client.send("hellothere");
    assertThat(client.response().status()).isIn(200, 500);
    assertThatTheConnectionGoesOn();
  }
}
