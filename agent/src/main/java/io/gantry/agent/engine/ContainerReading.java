package io.gantry.agent.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Containers.ProcessTable;
import io.gantry.agent.Containers.Sizes;
import io.gantry.agent.LogBatch;
import io.gantry.agent.Outcome;
import io.gantry.agent.Stats;
import io.gantry.agent.container.Board;
import io.gantry.agent.container.Host;
import io.gantry.agent.container.log.ContainerLog;
import io.gantry.protocol.v1.Container;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What can be read of a container that only the host knows: use of resources, processes, sizes,
 * logs.
 */
public final class ContainerReading {
  private static final Duration SAMPLE = Duration.ofSeconds(1);

  private final Host host;
  private final Board board;
  private final Function<ContainerId, ContainerLog> logs;
  private final ToLongFunction<String> imageBytes;
  private final InstantSource clock;
  private final HostCalls calls;

  /**
   * {@code imageBytes}: of the image with this id. {@code blocking} runs each task on a virtual
   * thread.
   */
  public ContainerReading(
      Host host,
      Board board,
      Function<ContainerId, ContainerLog> logs,
      ToLongFunction<String> imageBytes,
      InstantSource clock,
      Executor blocking) {
    this.host = host;
    this.board = board;
    this.logs = logs;
    this.imageBytes = imageBytes;
    this.clock = clock;
    this.calls = new HostCalls(blocking);
  }

  /** {@code ended}: with the run that a follower follows. */
  Source<LogBatch, NotUsed> logs(Container container, LogQuery query, CompletionStage<?> ended) {
    return container.getSpec().getLog().getDriver().equals("none")
        ? Source.empty()
        : logs.apply(new ContainerId(container.getId())).read(query, ended);
  }

  CompletionStage<Outcome<Sizes>> sizes(Container container) {
    return calls.begin(
        () -> {
          var writable = host.snapshotter().writableBytes(new ContainerId(container.getId()));
          var image = imageBytes.applyAsLong(container.getStatus().getImageId());
          return Outcome.done(new Sizes(writable, image + writable));
        });
  }

  CompletionStage<Outcome<ProcessTable>> top(Container container, List<String> psArguments) {
    return calls.begin(
        () -> {
          var pids = host.cgroups().processes(new ContainerId(container.getId()));
          return ProcessList.of(pids, psArguments);
        });
  }

  /** Ends with the container's removal; a stopped one has samples of zeros. */
  Source<Stats, NotUsed> stats(Container container, boolean stream) {
    var id = container.getId();
    var one = Source.completionStage(sample(id));
    return stream
        ? one.concat(
                Source.tick(SAMPLE, SAMPLE, id)
                    .takeWhile(container1 -> board.find(container1).isPresent())
                    .mapAsync(1, this::sample))
            .mapMaterializedValue(_ -> NotUsed.getInstance())
        : one;
  }

  private CompletionStage<Stats> sample(String id) {
    return calls.begin(
        () -> {
          var running = board.find(id).map(one -> one.getStatus().getPid() != 0).orElse(false);
          return running ? sample(new ContainerId(id)) : nothing();
        });
  }

  private Stats sample(ContainerId id) throws IOException {
    var read = host.cgroups().read(id);
    return new Stats(
        read.read(),
        read.cpu(),
        read.memory(),
        read.pids(),
        read.pidsLimit(),
        counters(id),
        read.blockIo());
  }

  private Map<String, Stats.Interface> counters(ContainerId id) throws IOException {
    return host.links().hasNamespace(id) ? host.links().counters(id) : Map.of();
  }

  private Stats nothing() {
    return new Stats(
        clock.instant(),
        new Stats.Cpu(0, 0, 0, List.of(), 0, 0, 0, 0, 0),
        new Stats.Memory(0, 0, 0, 0, Map.of(), 1),
        0,
        0,
        Map.of(),
        List.of());
  }
}
