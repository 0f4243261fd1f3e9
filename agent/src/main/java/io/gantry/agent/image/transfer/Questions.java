package io.gantry.agent.image.transfer;

import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries.Described;
import io.gantry.agent.Registries.Found;
import io.gantry.agent.image.ImageConfigs;
import io.gantry.agent.image.Reference;
import io.gantry.agent.image.registry.Manifest;
import io.gantry.agent.image.registry.RegistryFailure;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import io.gantry.agent.image.registry.Repository;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** What is only asked, of registries and of this host: nothing moves and nothing is recorded. */
final class Questions {
  private final Station station;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

  Questions(Station station) {
    this.station = station;
  }

  List<String> tags(Reference repository, Credentials credentials) throws IOException {
    return station.registries().source(repository, credentials).tags();
  }

  /** Tags of a repository that images of this host have, sorted. */
  List<String> localTags(Reference repository) {
    return station.images().names().names().keySet().stream()
        .map(Reference::ofCanonical)
        .filter(name -> name.repository().equals(repository.repository()))
        .flatMap(
            name ->
                name.digest().isPresent() ? Optional.<String>empty().stream() : name.tag().stream())
        .sorted()
        .toList();
  }

  Optional<Image> local(Reference reference) {
    return Optional.ofNullable(station.images().names().names().get(reference.toString()))
        .flatMap(
            target ->
                station.images().inspect(target.imageId()) instanceof Outcome.Done<Image>(var image)
                    ? Optional.of(image)
                    : Optional.empty());
  }

  CompletionStage<Outcome<String>> login(Credentials credentials) {
    return ask(
        "log in",
        () -> {
          station.registries().login(credentials);
          return Outcome.done("");
        });
  }

  CompletionStage<Outcome<Described>> describe(String text, Credentials credentials) {
    return ask(
        "inspect " + text,
        () -> {
          var reference = Reference.parse(text).withDefaultTag();
          var name = reference.digest().or(reference::tag).orElseThrow();
          var repository = station.registries().source(reference, credentials);
          var manifest = repository.manifest(name);
          return Outcome.done(
              new Described(
                  manifest.mediaType(),
                  manifest.digest().toString(),
                  manifest.bytes().length,
                  platforms(repository, manifest)));
        });
  }

  private static List<String> platforms(Repository repository, Manifest manifest)
      throws IOException {
    return switch (manifest) {
      case Manifest.Index index ->
          index.manifests().stream()
              .flatMap(one -> one.platform().stream())
              .map(Object::toString)
              .toList();
      case Manifest.Image image ->
          List.of(
              ImageConfigs.platform(repository.small(image.config(), PullWork.MOST_CONFIG_BYTES))
                  .toString());
    };
  }

  CompletionStage<Outcome<List<Found>>> search(String term, int limit, Credentials credentials) {
    return ask("search", () -> Outcome.done(station.registries().search(term, limit, credentials)));
  }

  private <T> CompletionStage<Outcome<T>> ask(String what, Callable<Outcome<T>> question) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return question.call();
          } catch (Reference.Invalid e) {
            return Outcome.refused(ErrorKind.INVALID, e);
          } catch (RegistryFailure e) {
            return Outcome.refused(kind(e.kind()), e);
          } catch (Exception e) {
            return TransferFailures.other(what, e);
          }
        },
        threads);
  }

  private static ErrorKind kind(Kind kind) {
    return switch (kind) {
      case UNAUTHORIZED, NO_CREDENTIALS -> ErrorKind.UNAUTHENTICATED;
      case DENIED -> ErrorKind.FORBIDDEN;
      case MANIFEST_UNKNOWN, NAME_UNKNOWN, BLOB_UNKNOWN -> ErrorKind.NOT_FOUND;
      case UNREACHABLE, OUT_OF_PLACE, PASSING, OTHER -> ErrorKind.INTERNAL;
    };
  }
}
