package io.gantry.agent.engine;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Prunes;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Provenance;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/** {@link Prunes} in the host's own part of the record. */
public record RecordedPrunes(
    ActorRef<HostActor.Command> host, Scheduler scheduler, InstantSource clock) implements Prunes {
  private static final Duration RECORD_TIMEOUT = Duration.ofSeconds(30);

  @Override
  public CompletionStage<Outcome<Done>> note(Caller caller, Kind kind, long reclaimedBytes) {
    var event = new HostEvent.Pruned(kind.text(), reclaimedBytes, clock.instant());
    var provenance = new Provenance(caller.requestId(), caller.principal(), 0);
    return AskPattern.ask(
        host, replyTo -> new HostActor.Note(event, provenance, replyTo), RECORD_TIMEOUT, scheduler);
  }
}
