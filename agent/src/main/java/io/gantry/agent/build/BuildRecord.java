package io.gantry.agent.build;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.persistence.event.BuildEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Writes down what builds do. {@link #note} blocks until it is on the disk: for builds' threads.
 */
final class BuildRecord {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ActorRef<BuildsActor.Command> builds;
  private final Scheduler scheduler;

  BuildRecord(ActorRef<BuildsActor.Command> builds, Scheduler scheduler) {
    this.builds = builds;
    this.scheduler = scheduler;
  }

  /** On its way to the disk. */
  record Begun(CompletionStage<Outcome<BuildActor.State>> outcome) {
    void await() throws IOException, InterruptedException {
      try {
        if (outcome.toCompletableFuture().get() instanceof Outcome.Refused<?> refused) {
          throw new IOException(refused.message());
        }
      } catch (ExecutionException e) {
        throw new IOException("the build could not be recorded: " + e.getCause(), e);
      }
    }
  }

  /** Recorded after all that was begun before it for the same build. Does not wait. */
  Begun begin(String id, List<BuildEvent> events, Caller caller) {
    return new Begun(
        AskPattern.<BuildsActor.Command, Outcome<BuildActor.State>>ask(
            builds,
            replyTo -> new BuildsActor.Tell(id, new BuildActor.Note(events, caller, replyTo)),
            PATIENCE,
            scheduler));
  }

  void note(String id, BuildEvent event, Caller caller) throws IOException, InterruptedException {
    try {
      begin(id, List.of(event), caller).await();
    } finally {
      if (event.endsEntity()) {
        builds.tell(new BuildsActor.Forget(id));
      }
    }
  }
}
