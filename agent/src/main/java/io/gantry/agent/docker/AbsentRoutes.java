package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.protocol.ErrorKind;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What Docker has and this engine has not, answered so that clients go on: swarm mode is off,
 * plugins are none, and what would need a registry says so.
 */
final class AbsentRoutes {
  private static final String NO_MANAGER =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
          + " connect this node to swarm and try again.";

  void addTo(Router router) {
    for (var kind : List.of("services", "tasks", "nodes", "secrets", "configs")) {
      router
          .get("/" + kind, _ -> noManager())
          .get("/" + kind + "/{rest...}", _ -> noManager())
          .post("/" + kind + "/{rest...}", _ -> noManager())
          .delete("/" + kind + "/{rest...}", _ -> noManager());
    }
    router
        .get("/swarm", _ -> noManager())
        .get("/swarm/{rest...}", _ -> noManager())
        .post("/swarm/init", _ -> unsupported("cannot initialise a swarm: there is no swarm mode"))
        .post("/swarm/join", _ -> unsupported("cannot join a swarm: there is no swarm mode"))
        .post("/swarm/{rest...}", _ -> noManager());
    router
        .get("/plugins", _ -> Answers.now(Answers.json(200, json -> json.array(() -> {}))))
        .get(
            "/plugins/{name...}/json",
            call ->
                Answers.now(
                    Answers.error(404, "plugin \"%s\" not found".formatted(call.path("name")))));
  }

  private static CompletionStage<HttpResponse> noManager() {
    return Answers.now(Answers.error(503, NO_MANAGER));
  }

  private static CompletionStage<HttpResponse> unsupported(String message) {
    return Answers.now(Answers.refusal(new Refusal(ErrorKind.UNSUPPORTED, message)));
  }
}
