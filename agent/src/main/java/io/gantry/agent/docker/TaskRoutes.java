package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import io.gantry.agent.Engine;
import io.gantry.agent.docker.json.TaskJson;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Incarnations of replicas. */
final class TaskRoutes {
  private final Engine engine;

  TaskRoutes(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router router) {
    router.get("/tasks", this::list).get("/tasks/{id}", this::inspect);
  }

  private CompletionStage<HttpResponse> list(Call call) {
    var services = Swarm.services(engine);
    var filter = ServiceFilter.tasks(call.given("filters"), services);
    var known = ServiceFilter.byId(services);
    var chosen = services.tasks().stream().filter(filter).toList();
    return Answers.now(
        Answers.json(
            200,
            json ->
                json.array(
                    () ->
                        chosen.forEach(
                            task ->
                                TaskJson.write(
                                    json,
                                    task,
                                    Optional.ofNullable(known.get(task.getServiceId())))))));
  }

  private CompletionStage<HttpResponse> inspect(Call call) {
    var services = Swarm.services(engine);
    var task = Replies.require(services.task(call.path("id")));
    var service = Optional.ofNullable(ServiceFilter.byId(services).get(task.getServiceId()));
    return Answers.now(Answers.json(200, json -> TaskJson.write(json, task, service)));
  }
}
