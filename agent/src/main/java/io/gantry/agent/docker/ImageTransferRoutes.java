package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Images;
import io.gantry.agent.Images.Loaded;
import io.gantry.agent.Images.Progress;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.Messages;
import io.gantry.protocol.ErrorKind;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Images as streams of bytes: load, save, import. Registries are {@link RegistryRoutes}'. */
final class ImageTransferRoutes {
  private final Images images;
  private final RegistryRoutes registries;

  ImageTransferRoutes(Images images, RegistryRoutes registries) {
    this.images = images;
    this.registries = registries;
  }

  void addTo(Router router) {
    router
        .post("/images/load", this::load)
        .post("/images/create", this::create)
        .get("/images/get", call -> save(call, names(call)))
        .get("/images/{name...}/get", call -> save(call, List.of(call.path("name"))));
  }

  // -- load

  /**
   * As with dockerd, errors come in the stream: with progress the status is out before the tar has
   * been read. Quiet loads answer when they know.
   */
  private CompletionStage<HttpResponse> load(Call call) {
    var platforms = PlatformQuery.read(call);
    var tar = call.body().input(call.materializer());
    var running = images.load(call.caller(), tar, platforms).preMaterialize(call.materializer());
    var outcome = Body.closedAfter(running.first(), tar).exceptionally(ImageTransferRoutes::failed);
    var end = Source.completionStage(outcome).mapConcat(ImageTransferRoutes::loaded);
    var progress = running.second().recoverWithRetries(1, Throwable.class, Source::empty);
    if (call.flag("quiet")) {
      return progress
          .runWith(Sink.ignore(), call.materializer())
          .thenCombine(outcome, (_, _) -> Answers.stream(Answers.JSON, end));
    }
    return Answers.now(
        Answers.stream(Answers.JSON, progress.map(ImageTransferRoutes::progress).concat(end)));
  }

  private static ByteString progress(Progress progress) {
    return Messages.progress(
        progress.id(), progress.status(), progress.current(), progress.total());
  }

  private static <T> Outcome<T> failed(Throwable failure) {
    return Outcome.refused(ErrorKind.INTERNAL, String.valueOf(failure.getMessage()));
  }

  private static List<ByteString> loaded(Outcome<List<Loaded>> outcome) {
    return switch (outcome) {
      case Outcome.Done<List<Loaded>>(var all) -> loaded(all);
      case Outcome.Unchanged<List<Loaded>>(var all) -> loaded(all);
      case Outcome.Refused<List<Loaded>>(var kind, var message) ->
          List.of(Messages.error(kind.httpStatus(), message));
    };
  }

  private static List<ByteString> loaded(List<Loaded> all) {
    return all.stream()
        .map(
            one ->
                Messages.stream(
                    one.name().startsWith("sha256:")
                        ? "Loaded image ID: %s\n".formatted(one.name())
                        : "Loaded image: %s\n".formatted(one.name())))
        .toList();
  }

  // -- save

  private static List<String> names(Call call) {
    var names =
        call.queries("names").stream()
            .flatMap(text -> Arrays.stream(text.split(",")))
            .filter(name -> !name.isEmpty())
            .toList();
    if (names.isEmpty()) {
      throw Refusal.invalid("no image is named: expected names=NAME");
    }
    return names;
  }

  private CompletionStage<HttpResponse> save(Call call, List<String> names) {
    return Answers.now(
        Replies.reply(
            images.save(names, PlatformQuery.read(call)),
            tar -> Answers.stream(Answers.TAR, tar.via(call.client().untilGone().flow()))));
  }

  // -- create

  private CompletionStage<HttpResponse> create(Call call) {
    if (call.given("fromImage").isPresent()) {
      return registries.pull(call);
    }
    var source = call.query("fromSrc").orElse("");
    if (source.isEmpty()) {
      throw Refusal.invalid(
          "cannot import: expected fromSrc=- and the tar in the request, or fromSrc=URL");
    }
    var changes = new ArrayList<String>();
    call.queries("changes").forEach(change -> changes.addAll(change.lines().toList()));
    var reference = call.given("repo").map(repository -> ImageRoutes.reference(repository, call));
    if (source.equals("-")) {
      return imported(call, call.body().input(call.materializer()), reference, "", changes)
          .thenApply(
              outcome -> Replies.reply(outcome, image -> told(Messages.status(image.getId()))));
    }
    var address = RemoteTar.address(source);
    return RemoteTar.open(address)
        .thenCompose(tar -> imported(call, tar, reference, "Imported from " + address, changes))
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    image ->
                        told(
                            Messages.status("Downloading from " + address),
                            Messages.status(image.getId()))));
  }

  private static HttpResponse told(ByteString... messages) {
    return Answers.stream(Answers.JSON, Source.from(List.of(messages)));
  }

  /** {@code comment}: when the client gives none; empty: the engine's own. */
  private CompletionStage<Outcome<io.gantry.protocol.v1.Image>> imported(
      Call call,
      InputStream tar,
      Optional<String> reference,
      String comment,
      List<String> changes) {
    return Body.closedAfter(
        images.importRoot(
            call.caller(),
            tar,
            reference,
            call.given("message").orElse(comment),
            changes,
            call.query("platform").orElse("")),
        tar);
  }
}
