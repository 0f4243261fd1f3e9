package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.agent.docker.json.Messages;
import io.gantry.protocol.ErrorKind;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Images between this engine and registries. */
final class RegistryRoutes {
  private final Registries registries;

  RegistryRoutes(Registries registries) {
    this.registries = registries;
  }

  void addTo(Router router) {}

  CompletionStage<HttpResponse> pull(Call call) {
    var reference = call.query("fromImage").orElse("");
    var tag = call.given("tag");
    var pull =
        new Registries.Pull(
            tag.map(text -> reference + (text.contains(":") ? "@" : ":") + text).orElse(reference),
            tag.isEmpty() && !reference.contains("@") && !hasTag(reference),
            call.query("platform").orElse(""),
            RegistryAuth.of(call));
    return stream(call, registries.pull(call.caller(), pull));
  }

  private static boolean hasTag(String reference) {
    return reference.lastIndexOf(':') > reference.lastIndexOf('/');
  }

  /**
   * As with dockerd, what fails before anything is said is an answer of its own; later it is the
   * last line of the stream. A client that goes away ends what it has asked for.
   */
  private static <T> CompletionStage<HttpResponse> stream(
      Call call, Source<Transfer, CompletionStage<Outcome<T>>> transfer) {
    var running =
        transfer.via(call.client().untilGone().flow()).preMaterialize(call.materializer());
    var outcome = running.first().exceptionally(RegistryRoutes::failed);
    return running
        .second()
        .prefixAndTail(1)
        .runWith(Sink.head(), call.materializer())
        .thenCompose(
            parts -> {
              if (parts.first().isEmpty()) {
                return outcome.thenApply(
                    ended ->
                        Replies.reply(ended, _ -> Answers.stream(Answers.JSON, Source.empty())));
              }
              var told = Source.from(parts.first()).concat(parts.second());
              return Answers.now(
                  Answers.stream(
                      Answers.JSON,
                      told.map(RegistryRoutes::line)
                          .concat(Source.completionStage(outcome).mapConcat(RegistryRoutes::end))));
            });
  }

  private static <T> Outcome<T> failed(Throwable failure) {
    return Outcome.refused(ErrorKind.INTERNAL, String.valueOf(failure.getMessage()));
  }

  private static <T> List<ByteString> end(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Refused<T>(var kind, var message) ->
          List.of(Messages.error(kind.httpStatus(), message));
      case Outcome.Done<T> _, Outcome.Unchanged<T> _ -> List.of();
    };
  }

  private static ByteString line(Transfer told) {
    return switch (told) {
      case Transfer.Said(var id, var text) -> Messages.status(id, text);
      case Transfer.Step(var id, var action, var current, var total) ->
          Messages.progress(id, action, current, total);
      case Transfer.Pushed(var tag, var digest, var size) -> Messages.pushed(tag, digest, size);
    };
  }
}
