package io.gantry.cluster.services;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.Engine;
import io.gantry.agent.LogBatch;
import io.gantry.agent.Outcome;
import io.gantry.agent.Services;
import io.gantry.cluster.engine.AllHosts;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.GovernRequest;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.Task;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services at this host: it asks whoever decides about them, decides itself while it is the
 * one, and keeps its own replicas. Deciding and keeping have a thread each, which may wait; what is
 * read is read from what has been heard.
 */
public final class LocalServices implements Services, Governor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalServices.class);
  private static final Duration BEAT = Duration.ofMillis(500);

  private final ActorSystem<?> system;
  private final Formation formation;
  private final Notes notes;
  private final InstantSource clock;
  private final SecureRandom random;
  private final ScheduledExecutorService deciding = clerk("services");
  private final ScheduledExecutorService keeping = clerk("replicas");
  private final AtomicBoolean decisionDue = new AtomicBoolean();
  private final AtomicBoolean keepingDue = new AtomicBoolean();
  private volatile @Nullable Room room;

  /** What there is once the engine is known. */
  private record Room(
      Controller controller,
      Changes changes,
      Keeper keeper,
      Elsewhere elsewhere,
      ReplicaLogs logs) {}

  /** {@code record} puts an event into the host's record and completes when it is on disk. */
  public LocalServices(
      ActorSystem<?> system,
      Formation formation,
      BiFunction<HostEvent, Provenance, CompletionStage<Outcome<Done>>> record,
      InstantSource clock,
      SecureRandom random) {
    this.system = system;
    this.formation = formation;
    this.notes = new Notes(record);
    this.clock = clock;
    this.random = random;
  }

  private static ScheduledExecutorService clerk(String name) {
    return Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name(name).factory());
  }

  /** Begins to act. Called once, before any request. */
  public void start(Engine engine, AllHosts hosts) {
    var ids = new Identifiers(random);
    var controller = new Controller(formation, hosts, notes, ids, clock);
    var changes = new Changes(formation, controller, notes, ids, clock);
    var keeper = new Keeper(system, formation, engine, notes, this::wakeKeeper, clock);
    room =
        new Room(
            controller,
            changes,
            keeper,
            new Elsewhere(formation, this::govern),
            new ReplicaLogs(hosts));
    var _ = formation.watch(this::wake);
    beat(deciding, this::wakeController);
    beat(keeping, this::wakeKeeper);
    wake();
  }

  private static void beat(ScheduledExecutorService clerk, Runnable step) {
    var _ =
        clerk.scheduleWithFixedDelay(step, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void wake() {
    wakeController();
    wakeKeeper();
  }

  private void wakeController() {
    once(deciding, decisionDue, this::tickController);
  }

  private void wakeKeeper() {
    once(keeping, keepingDue, this::tickKeeper);
  }

  private static void once(ScheduledExecutorService clerk, AtomicBoolean due, Runnable step) {
    if (!due.getAndSet(true)) {
      try {
        clerk.execute(
            () -> {
              due.set(false);
              step.run();
            });
      } catch (RejectedExecutionException _) {
        // The agent ends.
      }
    }
  }

  private void tickController() {
    var open = room;
    if (open == null) {
      return;
    }
    try {
      open.controller().tick();
    } catch (RuntimeException failed) {
      LOG.warn("services are not decided about: {}", failed.toString(), failed);
    }
  }

  private void tickKeeper() {
    var open = room;
    if (open == null) {
      return;
    }
    try {
      open.keeper().tick();
    } catch (RuntimeException failed) {
      LOG.warn("replicas are not kept: {}", failed.toString(), failed);
    }
  }

  // -- requests

  @Override
  public CompletionStage<Outcome<Service>> govern(GovernRequest request) {
    var open = room;
    if (open == null) {
      return now(starting());
    }
    var answer = new CompletableFuture<Outcome<Service>>();
    deciding.execute(
        () -> {
          try {
            answer.complete(open.changes().govern(request));
          } catch (RuntimeException failed) {
            answer.complete(Outcome.refused(ErrorKind.INTERNAL, failed));
          }
          wakeController();
        });
    return answer;
  }

  private static <T> Outcome<T> starting() {
    return Outcome.refused(ErrorKind.UNAVAILABLE, "the agent is starting");
  }

  private static <T> CompletionStage<T> now(T value) {
    return CompletableFuture.completedStage(value);
  }

  private CompletionStage<Outcome<Service>> ask(Caller caller, GovernRequest.Builder request) {
    var open = room;
    return open == null
        ? now(starting())
        : open.elsewhere()
            .ask(request.setPrincipal(caller.principal()).setRequestId(caller.requestId()).build());
  }

  @Override
  public CompletionStage<Outcome<Service>> create(Caller caller, ServiceSpec spec) {
    return ask(caller, GovernRequest.newBuilder().setCreate(spec));
  }

  private CompletionStage<Outcome<Service>> change(
      Caller caller, String reference, BiConsumer<GovernRequest.Builder, String> change) {
    return reading()
        .service(reference)
        .then(
            service -> {
              var request = GovernRequest.newBuilder();
              change.accept(request, service.getId());
              return ask(caller, request);
            });
  }

  @Override
  public CompletionStage<Outcome<Service>> update(
      Caller caller, String reference, long version, ServiceSpec spec) {
    return change(
        caller,
        reference,
        (request, id) ->
            request.getUpdateBuilder().setServiceId(id).setVersion(version).setSpec(spec));
  }

  @Override
  public CompletionStage<Outcome<Service>> rollback(Caller caller, String reference, long version) {
    return change(
        caller,
        reference,
        (request, id) ->
            request.getUpdateBuilder().setServiceId(id).setVersion(version).setRollback(true));
  }

  @Override
  public CompletionStage<Outcome<Service>> scale(Caller caller, String reference, int replicas) {
    return replicas < 0
        ? now(Outcome.refused(ErrorKind.INVALID, "invalid replicas value " + replicas))
        : change(
            caller,
            reference,
            (request, id) -> request.getScaleBuilder().setServiceId(id).setReplicas(replicas));
  }

  @Override
  public CompletionStage<Outcome<Service>> remove(Caller caller, String reference) {
    return change(caller, reference, GovernRequest.Builder::setRemove);
  }

  @Override
  public CompletionStage<Outcome<Node>> updateNode(
      Caller caller,
      String reference,
      OptionalLong version,
      NodeAvailability availability,
      Map<String, String> labels) {
    return reading()
        .node(reference)
        .then(node -> NodeUpdate.write(formation, node, version, availability, labels));
  }

  // -- reading

  private Reading reading() {
    return new Reading(Known.of(formation), formation.oldest());
  }

  @Override
  public List<Service> list() {
    return reading().services();
  }

  @Override
  public Outcome<Service> inspect(String reference) {
    return reading().service(reference);
  }

  @Override
  public List<Task> tasks() {
    return reading().tasks();
  }

  @Override
  public Outcome<Task> task(String reference) {
    return reading().task(reference);
  }

  @Override
  public List<Node> nodes() {
    return reading().nodes();
  }

  @Override
  public Outcome<Node> node(String reference) {
    return reading().node(reference);
  }

  @Override
  public Outcome<Source<LogBatch, NotUsed>> logs(Task task, LogQuery query) {
    var open = room;
    return open == null ? starting() : open.logs().read(task, query);
  }

  @Override
  public Optional<AutoCloseable> watch(Runnable changed) {
    return Optional.of(formation.watch(changed));
  }

  @Override
  public void close() {
    deciding.shutdownNow();
    keeping.shutdownNow();
  }
}
