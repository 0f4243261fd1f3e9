package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.ContainerFiles.Commit;
import io.gantry.agent.ContainerFiles.PathStat;
import io.gantry.agent.ContainerFiles.WriteOptions;
import io.gantry.agent.docker.json.ConfigReader;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.PathStatJson;
import io.gantry.protocol.v1.ImageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Files of containers: copied, exported, compared, committed. */
final class FileRoutes {
  private final ContainerFiles files;

  FileRoutes(ContainerFiles files) {
    this.files = files;
  }

  void addTo(Router router) {
    router
        .head("/containers/{id}/archive", this::stat)
        .get("/containers/{id}/archive", this::read)
        .put("/containers/{id}/archive", this::write)
        .get("/containers/{id}/export", this::export)
        .get("/containers/{id}/changes", this::changes)
        .post("/commit", this::commit);
  }

  /** The missing blank is Docker's. */
  private static String path(Call call) {
    return call.given("path")
        .orElseThrow(() -> Refusal.invalid("bad parameter: pathcannot be empty"));
  }

  private CompletionStage<HttpResponse> stat(Call call) {
    return Replies.reply(
        files.stat(call.path("id"), path(call)),
        stat -> Answers.withHeaders(Answers.empty(200), List.of(header(stat))));
  }

  private static RawHeader header(PathStat stat) {
    return RawHeader.create("X-Docker-Container-Path-Stat", PathStatJson.encoded(stat));
  }

  private CompletionStage<HttpResponse> read(Call call) {
    return Replies.reply(
        files.read(call.caller(), call.path("id"), path(call)),
        archive ->
            Answers.withHeaders(
                Answers.stream(Answers.TAR, archive.tar().via(call.client().untilGone().flow())),
                List.of(header(archive.stat()))));
  }

  private CompletionStage<HttpResponse> write(Call call) {
    var options = new WriteOptions(call.flag("noOverwriteDirNonDir"), call.flag("copyUIDGID"));
    var path = path(call);
    var tar = call.body().input(call.materializer());
    return Replies.reply(
        Body.closedAfter(files.write(call.caller(), call.path("id"), path, tar, options), tar),
        _ -> Answers.empty(200));
  }

  private CompletionStage<HttpResponse> export(Call call) {
    return Replies.reply(
        files.export(call.caller(), call.path("id")),
        tar -> Answers.stream(Answers.TAR, tar.via(call.client().untilGone().flow())));
  }

  private CompletionStage<HttpResponse> changes(Call call) {
    return Replies.reply(
        files.changes(call.path("id")),
        changes ->
            Answers.json(
                200,
                json ->
                    json.array(
                        () ->
                            changes.forEach(
                                change ->
                                    json.object(
                                        () -> {
                                          json.text("Path", change.path());
                                          json.number("Kind", change.kind().ordinal());
                                        })))));
  }

  private CompletionStage<HttpResponse> commit(Call call) {
    var container =
        call.given("container")
            .orElseThrow(() -> Refusal.invalid("bad parameter: containercannot be empty"));
    var changes = new ArrayList<String>();
    call.queries("changes").forEach(change -> changes.addAll(change.lines().toList()));
    var name = call.given("repo").map(repository -> ImageRoutes.reference(repository, call));
    return call.json()
        .thenCompose(
            body ->
                Replies.reply(
                    files.commit(
                        call.caller(),
                        container,
                        new Commit(
                            name,
                            call.query("author").orElse(""),
                            call.query("comment").orElse(""),
                            call.flag("pause", true),
                            config(body),
                            changes)),
                    image ->
                        Answers.json(
                            201, json -> json.object(() -> json.text("Id", image.getId())))));
  }

  /** None, {@code null} and an empty object all mean the container's own. */
  private static Optional<ImageConfig> config(akka.util.ByteString body) {
    var text = body.utf8String().strip();
    return text.isEmpty() || text.equals("null")
        ? Optional.empty()
        : Optional.of(ConfigReader.read(JsonObject.parse(body)));
  }
}
