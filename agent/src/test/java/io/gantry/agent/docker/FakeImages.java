package io.gantry.agent.docker;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Images in memory, known by their tag. Loading counts the bytes and makes "loaded:latest". */
final class FakeImages implements Images {
  final Map<String, Image> all = new ConcurrentHashMap<>();
  volatile long loadedBytes;

  /** Of each save and load. */
  final List<List<String>> platforms = new CopyOnWriteArrayList<>();

  FakeImages() {
    put("busybox:latest");
  }

  Image put(String tag) {
    var image = Samples.image(tag);
    all.put(tag, image);
    return image;
  }

  @Override
  public Outcome<Image> inspect(String reference) {
    return all.values().stream()
        .filter(
            image ->
                image.getRepoTagsList().contains(reference)
                    || image.getRepoTagsList().contains(reference + ":latest")
                    || image.getId().equals(reference)
                    || (reference.length() > 3 && image.getId().substring(7).startsWith(reference)))
        .findFirst()
        .map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorKind.NOT_FOUND, "No such image: " + reference));
  }

  @Override
  public Collection<Image> list() {
    return List.copyOf(all.values());
  }

  @Override
  public Source<Progress, CompletionStage<Outcome<List<Loaded>>>> load(
      Caller caller, InputStream tar, List<String> platforms) {
    this.platforms.add(platforms);
    return StreamConverters.fromInputStream(() -> tar, 1 << 16)
        .map(
            bytes -> {
              loadedBytes += bytes.size();
              return new Progress("layer", "Loading layer", loadedBytes, 0);
            })
        .<CompletionStage<Outcome<List<Loaded>>>>mapMaterializedValue(
            read ->
                read.thenApply(
                    _ -> Outcome.done(List.of(new Loaded("loaded:latest", put("loaded:latest"))))));
  }

  @Override
  public CompletionStage<Outcome<Image>> importRoot(
      Caller caller,
      InputStream tar,
      Optional<String> reference,
      String message,
      List<String> changes,
      String platform) {
    return CompletableFuture.completedFuture(Outcome.done(put(reference.orElse("none:none"))));
  }

  @Override
  public Outcome<Source<ByteString, NotUsed>> save(
      List<String> references, List<String> platforms) {
    this.platforms.add(platforms);
    for (var reference : references) {
      if (inspect(reference) instanceof Outcome.Refused<Image> refused) {
        return refused.as();
      }
    }
    return Outcome.done(Source.single(ByteString.fromString("tar of " + references)));
  }

  @Override
  public CompletionStage<Outcome<Image>> tag(Caller caller, String source, String target) {
    return CompletableFuture.completedFuture(
        inspect(source)
            .map(
                image -> {
                  var tagged = image.toBuilder().addRepoTags(target).build();
                  all.put(target, tagged);
                  return tagged;
                }));
  }

  @Override
  public CompletionStage<Outcome<List<Removal>>> remove(
      Caller caller, String reference, boolean force, boolean noPrune) {
    return CompletableFuture.completedFuture(
        inspect(reference)
            .map(
                image -> {
                  image.getRepoTagsList().forEach(all::remove);
                  return List.of(
                      new Removal(Removal.Kind.UNTAGGED, reference),
                      new Removal(Removal.Kind.DELETED, image.getId()));
                }));
  }

  @Override
  public Outcome<List<HistoryRow>> history(String reference) {
    return inspect(reference)
        .map(
            image ->
                List.of(
                    new HistoryRow(
                        image.getId(), 1_700_000_000, "/bin/sh", List.of(reference), 12, "")));
  }

  @Override
  public Map<String, Long> sharedBytes() {
    return Map.of();
  }

  @Override
  public long layerBytes() {
    return 2_000_000;
  }
}
