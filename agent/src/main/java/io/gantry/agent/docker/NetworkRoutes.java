package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.NetworkJson;
import io.gantry.agent.docker.json.NetworkRequest;
import io.gantry.agent.docker.json.StateJson;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Networks, and containers' places on them. Pruning is {@link PruneRoutes}'. */
final class NetworkRoutes {
  private static final Set<String> FILTERS =
      Set.of("dangling", "driver", "id", "label", "name", "scope", "type");
  static final Set<String> PREDEFINED = Set.of("bridge", "host", "none");

  private final Engine engine;

  NetworkRoutes(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router router) {
    router
        .get("/networks", this::list)
        .post("/networks/create", this::create)
        .post("/networks/{id}/connect", this::connect)
        .post("/networks/{id}/disconnect", this::disconnect)
        .get("/networks/{id}", this::inspect)
        .delete("/networks/{id}", this::remove);
  }

  private CompletionStage<HttpResponse> list(Call call) {
    var filters = Filters.parse(call.given("filters"), FILTERS);
    for (var type : filters.get("type")) {
      if (!type.equals("custom") && !type.equals("builtin")) {
        throw Refusal.invalid("invalid filter: 'type'='%s'".formatted(type));
      }
    }
    var dangling = filters.bool("dangling");
    var containers = engine.containers().list();
    var chosen =
        engine.networks().list().stream()
            .filter(network -> filters.matches("name", network.getSpec().getName()))
            .filter(network -> filters.any("id", network.getId()::startsWith))
            .filter(network -> filters.any("driver", network.getSpec().getDriver()::equals))
            .filter(_ -> filters.any("scope", "local"::equals))
            .filter(network -> filters.any("type", type(network)::equals))
            .filter(network -> filters.labels("label", network.getSpec().getLabelsMap()))
            .filter(
                network ->
                    dangling
                        .map(
                            wanted -> wanted == (isCustom(network) && !isUsed(network, containers)))
                        .orElse(true))
            .sorted(Comparator.comparing((Network network) -> network.getSpec().getName()))
            .toList();
    return Answers.now(
        Answers.json(
            200,
            json ->
                json.array(
                    () -> chosen.forEach(network -> NetworkJson.write(json, network, List.of())))));
  }

  private static String type(Network network) {
    return isCustom(network) ? "custom" : "builtin";
  }

  static boolean isCustom(Network network) {
    return !PREDEFINED.contains(network.getSpec().getName());
  }

  /** Only what runs has a place on a network; who merely names it finds it gone at its start. */
  static boolean isUsed(Network network, Collection<Container> containers) {
    return containers.stream()
        .filter(container -> container.getStatus().getPid() != 0)
        .anyMatch(container -> isOn(container, network));
  }

  private static boolean isOn(Container container, Network network) {
    return container.getStatus().getEndpointsMap().containsKey(network.getSpec().getName())
        || container.getStatus().getEndpointsMap().values().stream()
            .anyMatch(endpoint -> endpoint.getNetworkId().equals(network.getId()));
  }

  private CompletionStage<HttpResponse> create(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenApply(NetworkJson::read)
        .thenCompose(
            spec -> {
              if (PREDEFINED.contains(spec.getName())) {
                throw new Refusal(
                    ErrorKind.FORBIDDEN,
                    "operation is not permitted on predefined %s network "
                        .formatted(spec.getName()));
              }
              refuseOverlay(spec);
              return engine.networks().create(call.caller(), spec);
            })
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    network ->
                        Answers.json(
                            201,
                            json ->
                                json.object(
                                    () -> {
                                      json.text("Id", network.getId());
                                      json.text("Warning", "");
                                    }))));
  }

  private void refuseOverlay(NetworkSpec spec) {
    if (spec.getDriver().equals("overlay") && Swarm.isMember(engine)) {
      throw new Refusal(
          ErrorKind.UNSUPPORTED,
          ("cannot create network %s: networks over several hosts (driver overlay) are not"
                  + " supported yet; a service can be on \"bridge\", \"host\" or one that each host"
                  + " has under the same name")
              .formatted(spec.getName()));
    }
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    var network = inScope(call);
    var members =
        engine.containers().list().stream()
            .filter(container -> StateJson.isRunning(container.getStatus()))
            .filter(container -> isOn(container, network))
            .toList();
    return Answers.now(Answers.json(200, json -> NetworkJson.write(json, network, members)));
  }

  /** For a service any network will do that is of the same name on its hosts. */
  private Network inScope(Call call) {
    var id = call.path("id");
    return switch (call.given("scope").orElse("local")) {
      case "local" -> Replies.require(engine.networks().inspect(id));
      case "swarm" ->
          new NetworkNames(engine)
              .find(id)
              .filter(_ -> Swarm.isMember(engine))
              .orElseThrow(() -> unknown(id));
      default -> throw unknown(id);
    };
  }

  private static Refusal unknown(String id) {
    return new Refusal(ErrorKind.NOT_FOUND, "network %s not found".formatted(id));
  }

  private CompletionStage<HttpResponse> remove(Call call) {
    return Replies.noContent(engine.networks().remove(call.caller(), call.path("id")));
  }

  private CompletionStage<HttpResponse> connect(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body ->
                engine
                    .containers()
                    .connect(
                        call.caller(),
                        container(body),
                        call.path("id"),
                        NetworkRequest.endpoint(body.objectOrEmpty("EndpointConfig"))))
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }

  private CompletionStage<HttpResponse> disconnect(Call call) {
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body ->
                engine
                    .containers()
                    .disconnect(call.caller(), container(body), call.path("id"), body.is("Force")))
        .thenApply(NetworkRoutes::left)
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }

  private static String container(JsonObject body) {
    var reference = body.textOr("Container", "");
    if (reference.isEmpty()) {
      throw Refusal.invalid("invalid name or ID supplied: \"\"");
    }
    return reference;
  }

  /** Who is not there cannot leave: to Docker that is a failure of the engine. */
  private static <T> Outcome<T> left(Outcome<T> outcome) {
    return outcome instanceof Outcome.Refused<T>(var kind, var message)
            && kind == ErrorKind.FORBIDDEN
        ? Outcome.refused(ErrorKind.INTERNAL, message)
        : outcome;
  }
}
