package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import io.gantry.agent.Engine;
import io.gantry.agent.docker.json.InfoJson;
import io.gantry.agent.docker.json.VersionJson;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What the engine says of itself. */
final class SystemRoutes {
  /** What a docker CLI reads before anything else. 1: the classic builder. */
  private static final List<RawHeader> PING =
      List.of(
          RawHeader.create("Builder-Version", "1"),
          RawHeader.create("Cache-Control", "no-cache, no-store, must-revalidate"),
          RawHeader.create("Pragma", "no-cache"));

  private final Engine engine;
  private final InstantSource clock;

  SystemRoutes(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  void addTo(Router router) {
    router
        .get("/_ping", _ -> ping("OK"))
        .head("/_ping", _ -> ping(""))
        .get(
            "/version",
            _ -> Answers.now(Answers.json(200, json -> VersionJson.write(json, engine.host()))))
        .get("/info", _ -> Answers.now(info()));
  }

  private CompletionStage<HttpResponse> ping(String body) {
    return Answers.now(
        Answers.withHeaders(Answers.text(200, body), PING)
            .addHeader(
                RawHeader.create("Swarm", Swarm.isMember(engine) ? "active/manager" : "inactive")));
  }

  private HttpResponse info() {
    var containers = engine.containers().list();
    var images = engine.images().list().size();
    return Answers.json(
        200,
        json ->
            InfoJson.write(
                json,
                engine.host(),
                engine.labels(),
                engine.membership().view(),
                containers,
                images,
                EventRoutes.listeners(),
                clock.instant()));
  }
}
