package io.gantry.agent.docker;

import akka.NotUsed;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Source;
import io.gantry.agent.Engine;
import io.gantry.agent.ServiceLogs;
import io.gantry.agent.Services;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Logs of services and of single tasks. With details each line says whose it is. */
final class ServiceLogRoutes {
  private final Engine engine;
  private final InstantSource clock;

  ServiceLogRoutes(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  void addTo(Router router) {
    router.get("/services/{id}/logs", this::ofService).get("/tasks/{id}/logs", this::ofTask);
  }

  private CompletionStage<HttpResponse> ofService(Call call) {
    var services = Swarm.services(engine);
    var service = Replies.require(services.inspect(call.path("id")));
    return answer(call, services, service, logs -> logs.ofService(service.getId()));
  }

  private CompletionStage<HttpResponse> ofTask(Call call) {
    var services = Swarm.services(engine);
    var task = Replies.require(services.task(call.path("id")));
    var service = Replies.require(services.inspect(task.getServiceId()));
    return answer(call, services, service, logs -> logs.ofTask(task));
  }

  private CompletionStage<HttpResponse> answer(
      Call call,
      Services services,
      Service service,
      Function<ServiceLogs, Source<ServiceLogs.Part, NotUsed>> read) {
    var query = LogRequest.read(call, clock.instant());
    var tty = service.getSpec().getContainer().getProcess().getTty();
    var timestamps = call.flag("timestamps");
    var details = call.flag("details");
    return Answers.now(
        Answers.stream(
            StdioRoutes.streamType(call, tty),
            read.apply(new ServiceLogs(services, query, clock))
                .map(
                    part ->
                        LogEncoder.encode(
                            part.batch(), tty, timestamps, details ? details(part.task()) : ""))
                .via(call.client().untilGone().flow())));
  }

  /** As clients take it apart to say "web.1.ID@HOST" before each line. */
  private static String details(Task task) {
    return "com.docker.swarm.node.id=%s,com.docker.swarm.service.id=%s,com.docker.swarm.task.id=%s "
        .formatted(task.getHostId(), task.getServiceId(), task.getId());
  }
}
