package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.protocol.ErrorKind;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What Docker has and this engine has not, answered so that clients go on: secrets and configs of
 * services are none and cannot be made, plugins are none, and what would need a registry says so.
 */
final class AbsentRoutes {
  private final Engine engine;

  AbsentRoutes(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router router) {
    for (var kind : List.of("secret", "config")) {
      router
          .get("/" + kind + "s", call -> none(call))
          .post("/" + kind + "s/create", _ -> unsupported(kind))
          .post("/" + kind + "s/{id}/update", call -> unknown(call, kind))
          .get("/" + kind + "s/{id}", call -> unknown(call, kind))
          .delete("/" + kind + "s/{id}", call -> unknown(call, kind));
    }
    router
        .get("/plugins", _ -> Answers.now(Answers.json(200, json -> json.array(() -> {}))))
        .get(
            "/plugins/{name...}/json",
            call ->
                Answers.now(
                    Answers.error(404, "plugin \"%s\" not found".formatted(call.path("name")))));
  }

  /** Stacks ask for theirs before they remove them. */
  private CompletionStage<HttpResponse> none(Call call) {
    Swarm.require(engine);
    Filters.parse(call.given("filters"), Set.of("id", "label", "name", "names"));
    return Answers.now(Answers.json(200, json -> json.array(() -> {})));
  }

  private CompletionStage<HttpResponse> unknown(Call call, String kind) {
    Swarm.require(engine);
    return Answers.now(Answers.error(404, "%s %s not found".formatted(kind, call.path("id"))));
  }

  private CompletionStage<HttpResponse> unsupported(String kind) {
    Swarm.require(engine);
    return Answers.now(
        Answers.refusal(
            new Refusal(
                ErrorKind.UNSUPPORTED,
                "cannot create the %s: services have no %ss here".formatted(kind, kind))));
  }
}
