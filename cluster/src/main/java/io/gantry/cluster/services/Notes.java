package io.gantry.cluster.services;

import akka.Done;
import io.gantry.agent.Outcome;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Provenance;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this host decides about services, in its record before it is so.
 *
 * @param record puts an event into the host's record and completes when it is on disk, or cannot be
 */
record Notes(BiFunction<HostEvent, Provenance, CompletionStage<Outcome<Done>>> record) {
  private static final Logger LOG = LoggerFactory.getLogger(Notes.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Waits. False: not all are known to be on disk, so what they tell of is not to be done. */
  boolean keep(Collection<? extends HostEvent> events, Provenance why) {
    // All are on their way before the first is waited for.
    var written =
        events.stream().map(event -> record.apply(event, why).toCompletableFuture()).toList();
    try {
      for (var one : written) {
        if (one.copy().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join()
            instanceof Outcome.Refused<Done>(_, var message)) {
          LOG.warn("what was decided about services cannot be recorded: {}", message);
          return false;
        }
      }
      return true;
    } catch (CompletionException failed) {
      LOG.warn("what was decided about services is not recorded: {}", failed.toString());
      return false;
    }
  }
}
