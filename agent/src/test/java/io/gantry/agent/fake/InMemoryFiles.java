package io.gantry.agent.fake;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.Materializer;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Containers;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;

/** Files of containers in memory: whole archives by path, and a directory wherever one is asked. */
public final class InMemoryFiles implements ContainerFiles {
  public static final Instant NOON = Instant.parse("2026-11-21T12:00:00.5Z");

  private final Containers containers;
  private final Images images;
  private final Materializer materializer;
  public final Map<String, ByteString> archives = new ConcurrentSkipListMap<>();
  public final List<Change> changes = new ArrayList<>();
  public final List<Object> asked = new ArrayList<>();

  public InMemoryFiles(ActorSystem<?> system, Containers containers, Images images) {
    this.containers = containers;
    this.images = images;
    this.materializer = SystemMaterializer.get(system).materializer();
  }

  @Override
  public CompletionStage<Outcome<PathStat>> stat(String reference, String path) {
    return CompletableFuture.completedFuture(statNow(reference, path));
  }

  private Outcome<PathStat> statNow(String reference, String path) {
    return switch (containers.inspect(reference)) {
      case Outcome.Refused<?> refused -> refused.as();
      case Outcome.Done<?> _, Outcome.Unchanged<?> _ ->
          archives.containsKey(path)
              ? Outcome.done(
                  new PathStat(path.substring(path.lastIndexOf('/') + 1), 5, 0120777, NOON, "/to"))
              : Outcome.refused(
                  ErrorKind.NOT_FOUND,
                  "Could not find the file %s in container %s".formatted(path, reference));
    };
  }

  @Override
  public CompletionStage<Outcome<Archive>> read(Caller caller, String reference, String path) {
    return CompletableFuture.completedFuture(
        statNow(reference, path).map(stat -> new Archive(stat, Source.single(archives.get(path)))));
  }

  @Override
  public CompletionStage<Outcome<PathStat>> write(
      Caller caller, String reference, String path, InputStream tar, WriteOptions options) {
    asked.add(options);
    return StreamConverters.fromInputStream(() -> tar)
        .runFold(ByteString.emptyByteString(), ByteString::concat, materializer)
        .thenApply(
            bytes -> {
              archives.put(path, bytes);
              return statNow(reference, path);
            });
  }

  @Override
  public CompletionStage<Outcome<Source<ByteString, NotUsed>>> export(
      Caller caller, String reference) {
    return CompletableFuture.completedFuture(
        containers.inspect(reference).map(_ -> Source.single(ByteString.fromString("all of it"))));
  }

  @Override
  public CompletionStage<Outcome<List<Change>>> changes(String reference) {
    return CompletableFuture.completedFuture(
        containers.inspect(reference).map(_ -> List.copyOf(changes)));
  }

  @Override
  public CompletionStage<Outcome<Image>> commit(Caller caller, String reference, Commit wanted) {
    asked.add(wanted);
    return CompletableFuture.completedFuture(
        containers
            .inspect(reference)
            .map(
                _ ->
                    images.list().stream()
                        .findFirst()
                        .orElse(Image.newBuilder().setId("sha256:" + "c0".repeat(32)).build())));
  }
}
