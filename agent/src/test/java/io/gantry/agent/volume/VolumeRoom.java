package io.gantry.agent.volume;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.kernel.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The volumes of a host of its own: a temporary state directory and a journal in memory. */
final class VolumeRoom implements AutoCloseable {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String JOURNAL =
      """
      akka.loglevel = WARNING
      gantry.record.journal { class = "akka.persistence.journal.inmem.InmemJournal" }
      gantry.record.snapshot { class = "akka.persistence.snapshot.NoSnapshotStore" }
      """;

  final Path state;
  private final ActorTestKit kit;
  LocalVolumes volumes;

  VolumeRoom() throws Exception {
    state = Files.createTempDirectory("gantry-volumes-");
    kit =
        ActorTestKit.create(ConfigFactory.parseString(JOURNAL).withFallback(ConfigFactory.load()));
    volumes = start(List.of());
  }

  /** Another agent on the same record and disk. */
  LocalVolumes start(List<String> living) throws Exception {
    var made = new CompletableFuture<LocalVolumes>();
    kit.spawn(
        Behaviors.setup(
            context -> {
              made.complete(
                  new LocalVolumes(
                      context,
                      state.resolve("volumes"),
                      living,
                      () -> NOON,
                      new Random(7),
                      Executors.newVirtualThreadPerTaskExecutor()));
              return Behaviors.empty();
            }));
    volumes = await(made);
    await(volumes.ready());
    return volumes;
  }

  static <T> T done(CompletionStage<Outcome<T>> outcome) throws Exception {
    return switch (await(outcome)) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) ->
          throw new AssertionError(kind + ": " + message);
    };
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    kit.shutdownTestKit();
    Tree.delete(state);
  }
}
