package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.NodeJson;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeAvailability;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Hosts of the cluster as services see them. */
final class NodeRoutes {
  private final Engine engine;

  NodeRoutes(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router router) {
    router
        .get("/nodes", this::list)
        .get("/nodes/{id}", this::inspect)
        .post("/nodes/{id}/update", this::update)
        .delete("/nodes/{id}", this::remove);
  }

  private CompletionStage<HttpResponse> list(Call call) {
    var chosen =
        Swarm.services(engine).nodes().stream()
            .filter(ServiceFilter.nodes(call.given("filters")))
            .toList();
    var asked = engine.host();
    return Answers.now(
        Answers.json(
            200,
            json -> json.array(() -> chosen.forEach(node -> NodeJson.write(json, node, asked)))));
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    var node = Replies.require(Swarm.services(engine).node(call.path("id")));
    var asked = engine.host();
    return Answers.now(Answers.json(200, json -> NodeJson.write(json, node, asked)));
  }

  private CompletionStage<HttpResponse> update(Call call) {
    var services = Swarm.services(engine);
    var node = Replies.require(services.node(call.path("id")));
    var version = OptionalLong.of(Swarm.version(call, "node"));
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body -> {
              refuseRole(body, node);
              return services.updateNode(
                  call.caller(),
                  node.getHost().getId(),
                  version,
                  availability(body),
                  body.texts("Labels"));
            })
        .thenApply(Swarm::sequence)
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }

  private static void refuseRole(JsonObject body, Node node) {
    switch (body.textOr("Role", "manager")) {
      case "manager", "" -> {}
      case "worker" ->
          throw new Refusal(
              ErrorKind.UNSUPPORTED,
              "node %s cannot become a worker: every host of the cluster is a manager"
                  .formatted(node.getHost().getName()));
      default -> throw Refusal.invalid("invalid Role: \"%s\"".formatted(body.textOr("Role", "")));
    }
  }

  static NodeAvailability availability(JsonObject body) {
    var word = body.textOr("Availability", "");
    return switch (word) {
      case "active", "" -> NodeAvailability.NODE_AVAILABILITY_ACTIVE;
      case "pause" -> NodeAvailability.NODE_AVAILABILITY_PAUSE;
      case "drain" -> NodeAvailability.NODE_AVAILABILITY_DRAIN;
      default -> throw Refusal.invalid("invalid Availability: \"%s\"".formatted(word));
    };
  }

  /** Strikes off a host that takes no part; one that does leaves by itself. */
  private CompletionStage<HttpResponse> remove(Call call) {
    var host = Replies.require(Swarm.services(engine).node(call.path("id"))).getHost();
    if (host.getPresence() != HostPresence.HOST_PRESENCE_AWAY) {
      throw Refusal.invalid(
          "rpc error: code = FailedPrecondition desc = node %s is not down and can't be removed"
              .formatted(host.getId()));
    }
    return engine
        .membership()
        .forget(call.caller(), host.getId())
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }
}
