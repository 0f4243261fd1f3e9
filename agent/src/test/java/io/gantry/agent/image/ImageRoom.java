package io.gantry.agent.image;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Behaviors;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Caller;
import io.gantry.agent.Images.Loaded;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.protocol.v1.Image;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The images of a host of its own: a temporary state directory and a journal in memory. */
final class ImageRoom {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String JOURNAL =
      """
      akka.loglevel = WARNING
      gantry.record.journal { class = "akka.persistence.journal.inmem.InmemJournal" }
      gantry.record.snapshot { class = "akka.persistence.snapshot.NoSnapshotStore" }
      """;

  final Path state;
  final List<ImageUse> uses = new ArrayList<>();
  final ImageStore store;
  final LocalImages images;
  private final ActorTestKit kit;

  ImageRoom() throws Exception {
    this(Files.createTempDirectory("gantry-images-"));
  }

  /** {@code state} is deleted with the room; a mount point stays and is emptied. */
  ImageRoom(Path state) throws Exception {
    this.state = state;
    store = ImageStore.open(state, LayerLimits.DEFAULT);
    kit =
        ActorTestKit.create(ConfigFactory.parseString(JOURNAL).withFallback(ConfigFactory.load()));
    var made = new CompletableFuture<LocalImages>();
    kit.spawn(
        Behaviors.setup(
            context -> {
              made.complete(
                  new LocalImages(context, store, () -> uses, KeptImages.NONE, () -> NOON));
              return Behaviors.empty();
            }));
    images = await(made);
    await(images.ready());
  }

  Image importRoot(byte[] tar, String reference, String... changes) throws Exception {
    return done(
        images.importRoot(
            Caller.ENGINE,
            new ByteArrayInputStream(tar),
            reference.isEmpty() ? Optional.empty() : Optional.of(reference),
            "",
            List.of(changes),
            ""));
  }

  Outcome<List<Loaded>> load(byte[] archive, String... platforms) throws Exception {
    return await(
        images
            .load(Caller.ENGINE, new ByteArrayInputStream(archive), List.of(platforms))
            .to(Sink.ignore())
            .run(kit.system()));
  }

  byte[] save(String... references) throws Exception {
    return await(
            done(images.save(List.of(references), List.of()))
                .runFold(ByteString.emptyByteString(), ByteString::concat, kit.system()))
        .toArray();
  }

  static <T> T done(CompletionStage<Outcome<T>> outcome) throws Exception {
    return done(await(outcome));
  }

  static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) ->
          throw new AssertionError(kind + ": " + message);
    };
  }

  static <T> T await(CompletionStage<T> stage)
      throws ExecutionException, InterruptedException, TimeoutException {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  void close() throws Exception {
    kit.shutdownTestKit();
    store.layers().awaitDeletions();
    try (var left = Files.list(state)) {
      for (var path : left.toList()) {
        Tree.delete(path);
      }
    }
    if (!Files.getFileStore(state).name().startsWith("gantry-")) {
      Files.delete(state);
    }
  }
}
