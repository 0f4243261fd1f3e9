package io.gantry.agent.fake;

import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** One registry for all names, with images of one layer. */
public final class InMemoryRegistries implements Registries {
  private static final String DIGEST = "sha256:" + "d".repeat(64);

  private final InMemoryImages images;
  private final Map<String, Long> sizes = new ConcurrentHashMap<>();

  public InMemoryRegistries(InMemoryImages images) {
    this.images = images;
  }

  /** From now on the registry has this image. */
  public void has(String reference, long size) {
    sizes.put(reference, size);
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull) {
    var size = sizes.get(pull.reference());
    if (size == null) {
      return Source.<Transfer>empty()
          .mapMaterializedValue(
              _ ->
                  CompletableFuture.completedStage(
                      Outcome.refused(
                          ErrorKind.NOT_FOUND,
                          "manifest for %s not found: manifest unknown: manifest unknown"
                              .formatted(pull.reference()))));
    }
    images.add(pull.reference(), size);
    return Source.<Transfer>from(
            List.of(
                new Transfer.Said("latest", "Pulling from a"),
                new Transfer.Step("0123456789ab", "Pulling fs layer"),
                new Transfer.Step("0123456789ab", "Downloading", size / 2, size),
                new Transfer.Step("0123456789ab", "Pull complete"),
                new Transfer.Said("", "Digest: " + DIGEST),
                new Transfer.Said("", "Status: Downloaded newer image for " + pull.reference())))
        .mapMaterializedValue(
            _ -> CompletableFuture.completedStage(images.inspect(pull.reference())));
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<String>>> push(Caller caller, Push push) {
    var outcome = images.inspect(push.reference()).map(_ -> DIGEST);
    return Source.<Transfer>from(
            List.of(
                new Transfer.Said("", "The push refers to repository [a]"),
                new Transfer.Pushed("latest", DIGEST, 528)))
        .mapMaterializedValue(_ -> CompletableFuture.completedStage(outcome));
  }

  @Override
  public CompletionStage<Outcome<String>> login(Credentials credentials) {
    return CompletableFuture.completedStage(Outcome.done(""));
  }

  @Override
  public CompletionStage<Outcome<Described>> describe(String reference, Credentials credentials) {
    return CompletableFuture.completedStage(
        Outcome.done(new Described("", DIGEST, 528, List.of("linux/amd64"))));
  }

  @Override
  public CompletionStage<Outcome<List<Found>>> search(
      String term, int limit, Credentials credentials) {
    return CompletableFuture.completedStage(Outcome.done(List.of()));
  }
}
