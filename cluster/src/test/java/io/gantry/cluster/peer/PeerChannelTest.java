package io.gantry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.HttpRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerChannelTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration SOON = Duration.ofSeconds(10);

  private PeerChannel channel;

  @BeforeEach
  void connectToNobody() throws Exception {
    channel =
        PeerChannel.to(
            KIT.system(),
            new PeerAddress("127.0.0.1", unused()),
            SSLContext.getDefault(),
            Duration.ofSeconds(1));
  }

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static int unused() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void callFails() {
    assertThat(channel.forward(HttpRequest.create("/")).toCompletableFuture())
        .failsWithin(SOON)
        .withThrowableThat()
        .withMessageContaining("cannot reach host 127.0.0.1");
  }

  @Test
  void aConnectionThatHasEndedByItselfMayBeAbortedAndClosed() {
    callFails();
    assertThatCode(() -> channel.abort("it is away")).doesNotThrowAnyException();
    assertThatCode(() -> channel.abort("it is away")).doesNotThrowAnyException();
    assertThatCode(channel::close).doesNotThrowAnyException();
    assertThat(channel.usable()).isFalse();
    callFails();
  }

  @Test
  void aConnectionThatWasAbortedFailsItsCalls() {
    channel.abort("it is away");
    assertThat(channel.usable()).isFalse();
    callFails();
  }
}
