package io.gantry.agent.image.transfer;

import io.gantry.agent.Outcome;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Reference;
import io.gantry.agent.image.registry.RegistryFailure;
import io.gantry.agent.tar.TarException;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.slf4j.LoggerFactory;

/** Why an image did not come or go, in Docker's words. */
final class TransferFailures {
  private TransferFailures() {}

  static <T> Outcome<T> pull(String canonical, Throwable failure) {
    var reference = Reference.ofCanonical(canonical);
    return switch (failure) {
      case RegistryFailure e -> pull(reference, e);
      default -> other("pull " + reference.familiar(), failure);
    };
  }

  private static <T> Outcome<T> pull(Reference reference, RegistryFailure failure) {
    var said = failure.getMessage();
    return switch (failure.kind()) {
      case MANIFEST_UNKNOWN ->
          Outcome.refused(
              ErrorKind.NOT_FOUND,
              "manifest for %s not found: %s".formatted(reference.familiar(), said));
      case NAME_UNKNOWN ->
          Outcome.refused(
              ErrorKind.NOT_FOUND,
              "repository %s not found: %s".formatted(reference.familiarRepository(), said));
      case DENIED, UNAUTHORIZED ->
          Outcome.refused(
              ErrorKind.NOT_FOUND,
              "pull access denied for %s, repository does not exist or may require 'docker login': %s"
                  .formatted(reference.familiarRepository(), said));
      case BLOB_UNKNOWN, NO_CREDENTIALS, UNREACHABLE, OUT_OF_PLACE, PASSING, OTHER ->
          Outcome.refused(ErrorKind.INTERNAL, said);
    };
  }

  /** What a stage failed with. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  static <T> Outcome<T> other(String what, Throwable failure) {
    var message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case RegistryFailure _ -> Outcome.refused(ErrorKind.INTERNAL, message);
      case Admission.Refused _ -> Outcome.refused(ErrorKind.FORBIDDEN, message);
      case BadImage _, TarException _ -> Outcome.refused(ErrorKind.INVALID, message);
      case IOException _ when message.toLowerCase(Locale.ROOT).contains("no space left") ->
          Outcome.refused(
              ErrorKind.EXHAUSTED, "cannot %s: no space left on device".formatted(what));
      case IOException _ ->
          Outcome.refused(ErrorKind.INTERNAL, "cannot %s: %s".formatted(what, message));
      case IllegalStateException _ ->
          Outcome.refused(ErrorKind.UNAVAILABLE, "cannot %s: %s".formatted(what, message));
      default -> {
        LoggerFactory.getLogger(TransferFailures.class).error("cannot {}", what, failure);
        yield Outcome.refused(ErrorKind.INTERNAL, "cannot %s: %s".formatted(what, failure));
      }
    };
  }
}
