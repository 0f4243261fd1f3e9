package io.gantry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.gantry.protocol.v1.Intent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnansweredTest {
  /** A node of a cluster that it has not entered, whose replicator has little time to answer. */
  private static final String CONFIG =
      """
      akka.actor.provider = cluster
      akka.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
      akka.cluster.jmx.enabled = off
      akka.cluster.ddata.typed.replicator-message-adapter-unexpected-ask-timeout = 100 ms
      """;

  @Test
  void theKeeperOfIntentsOutlivesAQuestionThatIsNotAnswered() throws InterruptedException {
    var kit =
        ActorTestKit.create(ConfigFactory.parseString(CONFIG).withFallback(ConfigFactory.load()));
    try {
      var views = new LinkedBlockingQueue<Map<String, Intent>>();
      var actor = kit.spawn(IntentsActor.create(Duration.ofSeconds(30), views::add));
      var probe = kit.createTestProbe();
      for (var key : new String[] {"service/one", "service/two"}) {
        // Two hosts are to have it, and there is none but this.
        var intents = Map.of(key, Intent.newBuilder().setEpoch(1).build());
        actor.tell(new IntentsActor.Intend(intents, 2, new CompletableFuture<>()));
        assertThat(views.poll(10, TimeUnit.SECONDS)).containsKey(key);
        assertThatThrownBy(() -> probe.expectTerminated(actor, Duration.ofMillis(500)))
            .hasMessageContaining("timeout");
      }
    } finally {
      kit.shutdownTestKit();
    }
  }
}
