package io.gantry.agent.fake;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Images without layers. A tar that is loaded may hold anything: its length becomes the image's
 * size.
 */
public final class InMemoryImages implements Images {
  private final Map<String, Image> images = new ConcurrentHashMap<>();
  private final ActorSystem<?> system;

  InMemoryImages(ActorSystem<?> system) {
    this.system = system;
  }

  /** Adds an image and gives its id. */
  public String add(String tag, long size) {
    var id = "sha256:%064x".formatted(tag.hashCode() & 0xffffffffL);
    images.put(id, Image.newBuilder().setId(id).addRepoTags(tag).setSizeBytes(size).build());
    return id;
  }

  @Override
  public Outcome<Image> inspect(String reference) {
    var tag = reference.contains(":") ? reference : reference + ":latest";
    return images.values().stream()
        .filter(image -> image.getId().equals(reference) || image.getRepoTagsList().contains(tag))
        .findFirst()
        .<Outcome<Image>>map(Outcome::done)
        .orElseGet(
            () -> Outcome.refused(ErrorKind.NOT_FOUND, "No such image: %s".formatted(reference)));
  }

  @Override
  public Collection<Image> list() {
    return List.copyOf(images.values());
  }

  @Override
  public Source<Progress, CompletionStage<Outcome<List<Loaded>>>> load(
      Caller caller, InputStream tar, List<String> platforms) {
    var length = Sink.<Long, ByteString>fold(0L, (n, bytes) -> n + bytes.size());
    return Source.fromMaterializer(
            (materializer, _) -> {
              var read = StreamConverters.fromInputStream(() -> tar).runWith(length, materializer);
              return Source.completionStage(read)
                  .map(size -> new Progress("layer", "Loading layer", size, size))
                  .mapMaterializedValue(_ -> read.thenApply(this::loaded));
            })
        .mapMaterializedValue(stage -> stage.thenCompose(outcome -> outcome));
  }

  private Outcome<List<Loaded>> loaded(long size) {
    if (size == 0) {
      return Outcome.refused(ErrorKind.INVALID, "cannot load images: the tar is empty");
    }
    var id = add("loaded:latest", size);
    return Outcome.done(List.of(new Loaded("loaded:latest", images.get(id))));
  }

  @Override
  public CompletionStage<Outcome<Image>> importRoot(
      Caller caller,
      InputStream tar,
      Optional<String> reference,
      String message,
      List<String> changes,
      String platform) {
    return StreamConverters.fromInputStream(() -> tar)
        .runWith(Sink.<Long, ByteString>fold(0L, (n, b) -> n + b.size()), system)
        .thenApply(size -> Outcome.done(images.get(add(reference.orElse("<none>"), size))));
  }

  @Override
  public Outcome<Source<ByteString, NotUsed>> save(
      List<String> references, List<String> platforms) {
    var missing = references.stream().map(this::inspect).filter(Outcome.Refused.class::isInstance);
    return missing
        .findFirst()
        .<Outcome<Source<ByteString, NotUsed>>>map(
            refused -> ((Outcome.Refused<Image>) refused).as())
        .orElseGet(() -> Outcome.done(Source.single(ByteString.fromArray(new byte[700_000]))));
  }

  @Override
  public CompletionStage<Outcome<Image>> tag(Caller caller, String source, String target) {
    var outcome =
        inspect(source)
            .map(
                image -> {
                  var tagged = image.toBuilder().addRepoTags(target).build();
                  images.put(image.getId(), tagged);
                  return tagged;
                });
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public CompletionStage<Outcome<List<Removal>>> remove(
      Caller caller, String reference, boolean force, boolean noPrune) {
    var outcome =
        inspect(reference)
            .map(
                image -> {
                  images.remove(image.getId());
                  var removals = new ArrayList<Removal>();
                  image
                      .getRepoTagsList()
                      .forEach(tag -> removals.add(new Removal(Removal.Kind.UNTAGGED, tag)));
                  removals.add(new Removal(Removal.Kind.DELETED, image.getId()));
                  return List.copyOf(removals);
                });
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public Outcome<List<HistoryRow>> history(String reference) {
    return inspect(reference)
        .map(
            image ->
                List.of(
                    new HistoryRow(
                        image.getId(), 1, "import", image.getRepoTagsList(), 7, "by hand")));
  }

  @Override
  public Map<String, Long> sharedBytes() {
    return Map.of();
  }

  @Override
  public long layerBytes() {
    return images.values().stream().mapToLong(Image::getSizeBytes).sum();
  }
}
