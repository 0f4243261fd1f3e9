package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.agent.docker.json.ServiceJson;
import io.gantry.agent.docker.json.ServiceReader;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import java.util.concurrent.CompletionStage;

/** Services: what the hosts of a cluster run together. */
final class ServiceRoutes {
  private final Engine engine;
  private final NetworkNames networks;

  ServiceRoutes(Engine engine) {
    this.engine = engine;
    this.networks = new NetworkNames(engine);
  }

  void addTo(Router router) {
    router
        .get("/services", this::list)
        .post("/services/create", this::create)
        .get("/services/{id}", this::inspect)
        .post("/services/{id}/update", this::update)
        .delete("/services/{id}", this::remove);
  }

  private CompletionStage<HttpResponse> list(Call call) {
    var services = Swarm.services(engine);
    var chosen =
        services.list().stream().filter(ServiceFilter.services(call.given("filters"))).toList();
    var shown = new ServiceJson.Shown(call.flag("insertDefaults"), call.flag("status"));
    var tasks = services.tasks();
    return Answers.now(
        Answers.json(
            200,
            json ->
                json.array(
                    () ->
                        chosen.forEach(
                            service ->
                                ServiceJson.write(
                                    json, service, ServiceFilter.of(service, tasks), shown)))));
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    var services = Swarm.services(engine);
    var service = Replies.require(services.inspect(call.path("id")));
    var tasks = ServiceFilter.of(service, services.tasks());
    var shown = new ServiceJson.Shown(call.flag("insertDefaults"), false);
    return Answers.now(Answers.json(200, json -> ServiceJson.write(json, service, tasks, shown)));
  }

  private CompletionStage<HttpResponse> create(Call call) {
    var services = Swarm.services(engine);
    return call.json()
        .thenApply(JsonObject::parse)
        .thenApply(body -> ServiceReader.read(body, networks::name))
        .thenCompose(
            spec -> {
              refuseNamesake(spec);
              return services.create(call.caller(), spec);
            })
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    service ->
                        Answers.json(
                            201,
                            json ->
                                json.object(
                                    () -> {
                                      json.text("ID", service.getId());
                                      json.nothing("Warnings");
                                    }))));
  }

  private void refuseNamesake(ServiceSpec spec) {
    var name = spec.getName();
    if (!name.isEmpty()
        && engine.services().list().stream()
            .anyMatch(service -> service.getSpec().getName().equals(name))) {
      throw new Refusal(
          ErrorKind.CONFLICT,
          "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service"
              + " %s already exists".formatted(name));
    }
  }

  private CompletionStage<HttpResponse> update(Call call) {
    var services = Swarm.services(engine);
    var service = Replies.require(services.inspect(call.path("id")));
    var version = Swarm.version(call, "service");
    return call.json()
        .thenApply(JsonObject::parse)
        .thenCompose(
            body ->
                isRollback(call, service)
                    ? services.rollback(call.caller(), service.getId(), version)
                    : services.update(
                        call.caller(), service.getId(), version, wanted(service, body)))
        .thenApply(Swarm::sequence)
        .thenApply(
            outcome ->
                Replies.reply(
                    outcome,
                    _ -> Answers.json(200, json -> json.object(() -> json.nothing("Warnings")))));
  }

  /** Then it is to what was before the last update, whatever the body says. */
  private static boolean isRollback(Call call, Service service) {
    var option = call.given("rollback").orElse("");
    return switch (option) {
      case "" -> false;
      case "previous" -> {
        if (!service.hasPreviousSpec()) {
          throw Refusal.invalid(
              "rpc error: code = FailedPrecondition desc = service %s does not have a previous spec"
                  .formatted(service.getId()));
        }
        yield true;
      }
      default -> throw Refusal.invalid("unrecognized rollback option " + option);
    };
  }

  private ServiceSpec wanted(Service service, JsonObject body) {
    var spec = ServiceReader.over(service.getSpec(), body, networks::name);
    if (!spec.getName().equals(service.getSpec().getName())) {
      throw new Refusal(
          ErrorKind.UNSUPPORTED,
          "rpc error: code = Unimplemented desc = renaming services is not supported");
    }
    if (spec.hasGlobal() != service.getSpec().hasGlobal()) {
      throw new Refusal(
          ErrorKind.UNSUPPORTED,
          "rpc error: code = Unimplemented desc = service mode change is not allowed");
    }
    return spec;
  }

  private CompletionStage<HttpResponse> remove(Call call) {
    return Swarm.services(engine)
        .remove(call.caller(), call.path("id"))
        .thenApply(outcome -> Replies.reply(outcome, _ -> Answers.empty(200)));
  }
}
