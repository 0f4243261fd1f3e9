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
import io.gantry.agent.image.ResolvedImage;
import io.gantry.persistence.event.PullEvent;
import io.gantry.persistence.event.PushEvent;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Registries as this host's images come from them and go there. */
public final class LocalRegistries implements Registries {
  public static final String PULLS = PullActor.PREFIX;
  public static final String PUSHES = PushActor.PREFIX;

  /** A transfer may take long; whoever waits for it cancels it. */
  private static final Duration LONG = Duration.ofDays(7);

  private static final int PROGRESS = 4096;

  private final ActorSystem<?> system;
  private final Station station;
  private final InstantSource clock;
  private final ActorRef<TransfersActor.Command> transfers;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Questions questions;

  /** Pulls and pushes that the record knows and that have not ended, by their ids. */
  public record Living(List<String> pulls, List<String> pushes) {}

  /** Spawns the parent of pulls and pushes below {@code parent}; interrupted pulls go on. */
  public LocalRegistries(
      ActorContext<?> parent,
      TransferSettings settings,
      LocalImages images,
      Path state,
      Living living,
      InstantSource clock)
      throws IOException {
    this.system = parent.getSystem();
    this.station = Station.open(settings, images, state, clock);
    this.clock = clock;
    this.questions = new Questions(station);
    var left = new AtomicInteger(living.pulls().size());
    if (living.pulls().isEmpty()) {
      ready.complete(null);
    }
    var surroundings =
        new PullActor.Surroundings(
            this::resume,
            () -> {
              if (left.decrementAndGet() == 0) {
                ready.complete(null);
              }
            },
            settings.keepLayers(),
            clock);
    this.transfers =
        parent.spawn(
            TransfersActor.create(living.pulls(), living.pushes(), surroundings), "transfers");
    sweep();
  }

  /** Completes when interrupted pulls hold what they have: before that, nothing may be swept. */
  public CompletionStage<Void> ready() {
    return ready;
  }

  /** Removes what broke off so long ago that nobody will come back for it. Blocks. */
  public void sweep() {
    try {
      station.arrivals().sweep(clock.instant());
    } catch (IOException e) {
      LoggerFactory.getLogger(LocalRegistries.class)
          .warn("what broken pulls left stays for the next sweep: {}", e.getMessage());
    }
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
  public record Running<T>(CompletionStage<Outcome<T>> outcome, Runnable cancel) {
    static <T> Running<T> ended(Outcome<T> outcome) {
      return new Running<>(CompletableFuture.completedStage(outcome), () -> {});
    }
  }

  // -- pull

  /**
   * Pulls one image, for those inside the engine. Refused with Docker's words.
   *
   * @param progress hears of it on any thread, and must not block
   */
  public Running<Image> pull(Caller caller, Pull pull, Consumer<Transfer> progress) {
    try {
      var parsed = Reference.parse(pull.reference());
      if (pull.allTags()) {
        return Series.of(
            () -> questions.tags(parsed, pull.credentials()),
            tag -> pull(caller, parsed.withTag(tag), pull, progress));
      }
      var reference =
          parsed.digest().isPresent()
              ? parsed.withDigest(parsed.digest().get())
              : parsed.withDefaultTag();
      return pull(caller, reference, pull, progress);
    } catch (Reference.Invalid e) {
      return Running.ended(Outcome.refused(ErrorKind.INVALID, e));
    }
  }

  private Running<Image> pull(
      Caller caller, Reference reference, Pull pull, Consumer<Transfer> progress) {
    Platform platform;
    try {
      platform = Platform.parse(pull.platform());
    } catch (BadImage e) {
      return Running.ended(Outcome.refused(ErrorKind.INVALID, e));
    }
    var id = UUID.randomUUID().toString();
    var requested =
        new PullEvent.Requested(
            reference.toString(),
            platform.toString(),
            pull.credentials().isAnonymous(),
            clock.instant());
    var work = new PullWork(station, reference, platform, pull.credentials(), progress);
    CompletionStage<Outcome<Image>> outcome =
        AskPattern.ask(
            transfers,
            replyTo ->
                new TransfersActor.ToPull(
                    id, new PullActor.Begin(requested, work, caller, replyTo)),
            LONG,
            system.scheduler());
    return new Running<>(
        outcome, () -> transfers.tell(new TransfersActor.ToPull(id, new PullActor.Cancel())));
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull) {
    return stream(progress -> pull(caller, pull, progress));
  }

  // -- push

  /** Pushes from inside the engine; as {@link #pull(Caller, Pull, Consumer)}. */
  public Running<String> push(Caller caller, Push push, Consumer<Transfer> progress) {
    try {
      var parsed = Reference.parse(push.reference());
      if (parsed.digest().isPresent()) {
        return Running.ended(Outcome.refused(ErrorKind.INVALID, "cannot push a digest reference"));
      }
      if (!push.allTags()) {
        return push(caller, parsed.withDefaultTag(), push, progress);
      }
      var tags = questions.localTags(parsed);
      if (tags.isEmpty()) {
        progress.accept(pushing(parsed));
        return Running.ended(
            Outcome.refused(
                ErrorKind.NOT_FOUND,
                "An image does not exist locally with the tag: " + parsed.familiarRepository()));
      }
      return Series.of(() -> tags, tag -> push(caller, parsed.withTag(tag), push, progress));
    } catch (Reference.Invalid e) {
      return Running.ended(Outcome.refused(ErrorKind.INVALID, e));
    }
  }

  private static Transfer pushing(Reference reference) {
    return new Transfer.Said(
        "", "The push refers to repository [%s]".formatted(reference.repository()));
  }

  private Running<String> push(
      Caller caller, Reference reference, Push push, Consumer<Transfer> progress) {
    progress.accept(pushing(reference));
    var image = questions.local(reference);
    if (image.isEmpty()) {
      return Running.ended(
          Outcome.refused(
              ErrorKind.NOT_FOUND,
              questions.localTags(reference).isEmpty()
                  ? "An image does not exist locally with the tag: "
                      + reference.familiarRepository()
                  : "tag does not exist: " + reference.familiar()));
    }
    var id = UUID.randomUUID().toString();
    var requested =
        new PushEvent.Requested(reference.toString(), image.get().getId(), clock.instant());
    var work = new PushWork(station, reference, image.get(), push.credentials(), progress);
    CompletionStage<Outcome<io.gantry.agent.image.Digest>> outcome =
        AskPattern.ask(
            transfers,
            replyTo ->
                new TransfersActor.ToPush(
                    id, new PushActor.Begin(requested, work, caller, replyTo)),
            LONG,
            system.scheduler());
    return new Running<>(
        outcome.thenApply(done -> done.map(Object::toString)),
        () -> transfers.tell(new TransfersActor.ToPush(id, new PushActor.Cancel())));
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<String>>> push(Caller caller, Push push) {
    return stream(progress -> push(caller, push, progress));
  }

  /** What a container of this image needs, if the policy of signatures lets it be made. */
  public Outcome<ResolvedImage> resolve(String reference) {
    var images = station.images();
    return switch (images.resolve(reference)) {
      case Outcome.Refused<ResolvedImage> refused -> refused;
      case Outcome.Done<ResolvedImage>(var image) ->
          station.admission().admit(images, reference, image);
      case Outcome.Unchanged<ResolvedImage>(var image) ->
          station.admission().admit(images, reference, image);
    };
  }

  // -- questions

  @Override
  public CompletionStage<Outcome<String>> login(Credentials credentials) {
    return questions.login(credentials);
  }

  @Override
  public CompletionStage<Outcome<Described>> describe(String reference, Credentials credentials) {
    return questions.describe(reference, credentials);
  }

  @Override
  public CompletionStage<Outcome<List<Found>>> search(
      String term, int limit, Credentials credentials) {
    return questions.search(term, limit, credentials);
  }

  // -- streams

  private interface Work<T> {
    Running<T> begin(Consumer<Transfer> progress);
  }

  private static <T> Source<Transfer, CompletionStage<Outcome<T>>> stream(Work<T> work) {
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
