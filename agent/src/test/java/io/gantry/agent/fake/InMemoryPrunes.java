package io.gantry.agent.fake;

import akka.Done;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Prunes;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Subject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Notes in a record in memory. */
public record InMemoryPrunes(InMemoryEventLog events) implements Prunes {
  private static final Subject HOST = new Subject("host", "0c1d", "testhost", "", Map.of());

  @Override
  public CompletionStage<Outcome<Done>> note(Caller caller, Kind kind, long reclaimedBytes) {
    events.append(
        caller, HOST, new HostEvent.Pruned(kind.text(), reclaimedBytes, InMemoryEngine.NOON));
    return CompletableFuture.completedFuture(Outcome.done(Done.getInstance()));
  }
}
