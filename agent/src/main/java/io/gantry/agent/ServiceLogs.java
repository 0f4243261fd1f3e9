package io.gantry.agent;

import akka.NotUsed;
import akka.stream.BoundedSourceQueue;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.Stream;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Task;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The logs of many tasks as one stream, each from the host that has it: as they arrive, in order
 * for each task. While it follows, tasks that come later are taken in, until the service is
 * removed. What cannot be read of a task that is to run is said as a line of stderr.
 */
public final class ServiceLogs {
  /** Read at the same time; of more the others wait until one has ended. */
  private static final int AT_ONCE = 1024;

  private static final Executor WAITING = task -> Thread.ofVirtual().start(task);

  private final Services services;
  private final LogQuery query;
  private final InstantSource clock;

  public ServiceLogs(Services services, LogQuery query, InstantSource clock) {
    this.services = services;
    this.query = query;
    this.clock = clock;
  }

  /** Some lines of one task. */
  public record Part(Task task, LogBatch batch) {}

  public Source<Part, NotUsed> ofTask(Task task) {
    return read(task);
  }

  /**
   * @param serviceId of one that is known
   */
  public Source<Part, NotUsed> ofService(String serviceId) {
    var tasks = query.follow() ? coming(serviceId) : Source.from(present(serviceId));
    return tasks.flatMapMerge(AT_ONCE, this::read);
  }

  private List<Task> present(String serviceId) {
    return services.tasks().stream()
        .filter(task -> task.getServiceId().equals(serviceId))
        .filter(task -> !task.getContainerId().isEmpty())
        .toList();
  }

  private Source<Task, NotUsed> coming(String serviceId) {
    return Source.<Boolean>queue(1)
        .mapMaterializedValue(this::watched)
        .takeWhile(_ -> services.inspect(serviceId) instanceof Outcome.Done<?>)
        .statefulMapConcat(
            () -> {
              var seen = new HashSet<String>();
              return _ ->
                  present(serviceId).stream()
                      .filter(task -> seen.add(task.getContainerId()))
                      .toList();
            })
        .watchTermination(
            (closing, over) -> {
              over.whenComplete((_, _) -> closing.run());
              return NotUsed.getInstance();
            });
  }

  /** A change that finds one waiting to be looked at is seen with that one. */
  private Runnable watched(BoundedSourceQueue<Boolean> changes) {
    var watch = services.watch(() -> changes.offer(true));
    changes.offer(true);
    return () ->
        watch.ifPresent(
            open -> {
              try {
                open.close();
              } catch (Exception e) {
                throw new IllegalStateException("cannot end a watch of services", e);
              }
            });
  }

  private Source<Part, NotUsed> read(Task task) {
    return Source.completionStageSource(CompletableFuture.supplyAsync(() -> batches(task), WAITING))
        .mapMaterializedValue(_ -> NotUsed.getInstance())
        .recoverWithRetries(
            1, Throwable.class, () -> unreadable(task, "its host does not answer any more"))
        .map(batch -> new Part(task, batch));
  }

  private Source<LogBatch, NotUsed> batches(Task task) {
    return switch (services.logs(task, query)) {
      case Outcome.Done<Source<LogBatch, NotUsed>>(var batches) -> batches;
      case Outcome.Unchanged<Source<LogBatch, NotUsed>>(var batches) -> batches;
      case Outcome.Refused<Source<LogBatch, NotUsed>>(var kind, var message) ->
          kind == ErrorKind.NOT_FOUND && !ServiceProgress.isWanted(task)
              ? Source.empty()
              : unreadable(task, message);
    };
  }

  private Source<LogBatch, NotUsed> unreadable(Task task, String why) {
    var line = "the log of task %s cannot be read: %s%n".formatted(task.getId(), why);
    return Source.single(
        LogBatch.of(new LogLine(Stream.STDERR, clock.instant(), ByteString.fromString(line))));
  }
}
