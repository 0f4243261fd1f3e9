package io.gantry.agent.image.transfer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.stream.BoundedSourceQueue;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.Platform;
import io.gantry.agent.image.Reference;
import io.gantry.persistence.event.PullEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Registries as this host's images come from them and go there. */
public final class LocalRegistries implements Registries {
  /** A pull may take long; whoever waits for it cancels it. */
  private static final Duration LONG = Duration.ofDays(7);

  private static final int PROGRESS = 4096;

  private final ActorSystem<?> system;
  private final Station station;
  private final InstantSource clock;
  private final ActorRef<TransfersActor.Command> transfers;

  /**
   * Spawns the parent of pulls below {@code parent}; interrupted ones go on.
   *
   * @param living ids of pulls that the record knows and that have not ended
   */
  public LocalRegistries(
      ActorContext<?> parent,
      TransferSettings settings,
      LocalImages images,
      Path state,
      List<String> living,
      InstantSource clock)
      throws IOException {
    this.system = parent.getSystem();
    this.station = Station.open(settings, images, state, clock);
    this.clock = clock;
    this.transfers = parent.spawn(TransfersActor.create(living, this::resume, clock), "transfers");
  }

  private PullWork resume(PullEvent.Requested requested) {
    try {
      return new PullWork(
          station,
          Reference.ofCanonical(requested.reference()),
          Platform.parse(requested.platform()),
          Credentials.NONE,
          _ -> {});
    } catch (BadImage e) {
      throw new IllegalStateException("a platform that was recorded", e);
    }
  }

  /** What goes on. {@code cancel} may be called at any time, also after the end. */
  public record Running(CompletionStage<Outcome<Image>> outcome, Runnable cancel) {}

  /**
   * Pulls one image, for those inside the engine. Refused with Docker's words.
   *
   * @param progress hears of it on any thread, and must not block
   */
  public Running pull(Caller caller, Pull pull, Consumer<Transfer> progress) {
    try {
      var reference = Reference.parse(pull.reference()).withDefaultTag();
      if (reference.digest().isPresent()) {
        reference = reference.withDigest(reference.digest().get());
      }
      return pull(caller, reference, Platform.parse(pull.platform()), pull.credentials(), progress);
    } catch (Reference.Invalid | BadImage e) {
      return new Running(
          CompletableFuture.completedStage(
              Outcome.refused(ErrorKind.INVALID, String.valueOf(e.getMessage()))),
          () -> {});
    }
  }

  private Running pull(
      Caller caller,
      Reference reference,
      Platform platform,
      Credentials credentials,
      Consumer<Transfer> progress) {
    var id = UUID.randomUUID().toString();
    var requested =
        new PullEvent.Requested(
            reference.toString(), platform.toString(), credentials.isAnonymous(), clock.instant());
    var work = new PullWork(station, reference, platform, credentials, progress);
    CompletionStage<Outcome<Image>> outcome =
        AskPattern.ask(
            transfers,
            replyTo ->
                new TransfersActor.ToPull(
                    id, new PullActor.Begin(requested, work, caller, replyTo)),
            LONG,
            system.scheduler());
    return new Running(
        outcome, () -> transfers.tell(new TransfersActor.ToPull(id, new PullActor.Cancel())));
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull) {
    return stream(progress -> pull(caller, pull, progress));
  }

  private interface Work {
    Running begin(Consumer<Transfer> progress);
  }

  private static Source<Transfer, CompletionStage<Outcome<Image>>> stream(Work work) {
    return Source.<Transfer>queue(PROGRESS)
        .mapMaterializedValue(
            queue -> {
              var running = work.begin(told -> offer(queue, told));
              running.outcome().whenComplete((_, _) -> queue.complete());
              return running;
            })
        .watchTermination(
            (running, done) -> {
              done.whenComplete((_, _) -> running.cancel().run());
              return running.outcome();
            });
  }

  /** A client that reads slowly misses bars, never a step. */
  private static void offer(BoundedSourceQueue<Transfer> queue, Transfer told) {
    var passing = told instanceof Transfer.Step step && step.isPassing();
    if (!passing || queue.size() < PROGRESS / 4) {
      queue.offer(told);
    }
  }
}
