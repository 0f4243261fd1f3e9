package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Node;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The services of the cluster that a host belongs to, the same at each of its hosts. {@code
 * reference} is an id, a name or a unique prefix of an id; an unknown one is refused with NOT_FOUND
 * "service REFERENCE not found".
 *
 * <p>What changes something answers when a majority of the cluster's hosts has it; before that it
 * is not so. UNAVAILABLE: this host does not hear enough of them, or did not hear whether they have
 * it. CONFLICT "this host belongs to no cluster": there are no services. Replicas follow by
 * themselves. What only reads answers at once from what this host knows, also while it is cut off.
 */
public interface Services {
  /** CONFLICT: another service has the name. An empty one is made up. */
  CompletionStage<Outcome<Service>> create(Caller caller, ServiceSpec spec);

  /**
   * @param version that the change was made from; another one by now: CONFLICT "update out of
   *     sequence"
   */
  CompletionStage<Outcome<Service>> update(
      Caller caller, String reference, long version, ServiceSpec spec);

  /**
   * Back to what was before the last change; a second time is there again. CONFLICT when nothing
   * was.
   *
   * @param version as for {@link #update}
   */
  CompletionStage<Outcome<Service>> rollback(Caller caller, String reference, long version);

  /** INVALID for a global service. Unchanged: so many are wanted already. */
  CompletionStage<Outcome<Service>> scale(Caller caller, String reference, int replicas);

  /** Its replicas are stopped and removed, each by its host as soon as that knows. */
  CompletionStage<Outcome<Service>> remove(Caller caller, String reference);

  /** By name. */
  List<Service> list();

  Outcome<Service> inspect(String reference);

  /**
   * All replicas there are to be, and of each slot the last few that were, by service, slot and
   * age, the newest first.
   */
  List<Task> tasks();

  /** By id or a unique prefix; NOT_FOUND "task REFERENCE not found". */
  Outcome<Task> task(String reference);

  /** By name. Empty where this host belongs to no cluster. */
  List<Node> nodes();

  /** By name, id or a unique prefix; "self" is this host. NOT_FOUND "node REFERENCE not found". */
  Outcome<Node> node(String reference);

  /**
   * @param version as for {@link #update}; empty: whatever it is
   * @param labels all of them from now on
   */
  CompletionStage<Outcome<Node>> updateNode(
      Caller caller,
      String reference,
      OptionalLong version,
      NodeAvailability availability,
      Map<String, String> labels);

  /**
   * The log of one task's container, from the host that has it. Follow ends with the container.
   * Refused with UNAVAILABLE while that host is away, with NOT_FOUND when there is no container
   * (any more). May have to ask that host first: not for threads that must not wait.
   */
  Outcome<Source<LogBatch, NotUsed>> logs(Task task, LogQuery query);

  /**
   * Called, with no promise on what thread, when services, tasks or nodes may have changed; must
   * not block. Closing what comes back ends it.
   */
  default Optional<AutoCloseable> watch(Runnable changed) {
    return Optional.empty();
  }

  /** Of an engine that cannot have any: each request is UNSUPPORTED, and there is nothing. */
  static Services none() {
    return new Services() {
      private static <T> Outcome<T> refused() {
        return Outcome.refused(ErrorKind.UNSUPPORTED, "this engine is not part of clusters");
      }

      private static <T> CompletionStage<Outcome<T>> refusedNow() {
        return CompletableFuture.completedStage(refused());
      }

      @Override
      public CompletionStage<Outcome<Service>> create(Caller caller, ServiceSpec spec) {
        return refusedNow();
      }

      @Override
      public CompletionStage<Outcome<Service>> update(
          Caller caller, String reference, long version, ServiceSpec spec) {
        return refusedNow();
      }

      @Override
      public CompletionStage<Outcome<Service>> rollback(
          Caller caller, String reference, long version) {
        return refusedNow();
      }

      @Override
      public CompletionStage<Outcome<Service>> scale(
          Caller caller, String reference, int replicas) {
        return refusedNow();
      }

      @Override
      public CompletionStage<Outcome<Service>> remove(Caller caller, String reference) {
        return refusedNow();
      }

      @Override
      public List<Service> list() {
        return List.of();
      }

      @Override
      public Outcome<Service> inspect(String reference) {
        return refused();
      }

      @Override
      public List<Task> tasks() {
        return List.of();
      }

      @Override
      public Outcome<Task> task(String reference) {
        return refused();
      }

      @Override
      public List<Node> nodes() {
        return List.of();
      }

      @Override
      public Outcome<Node> node(String reference) {
        return refused();
      }

      @Override
      public Outcome<Source<LogBatch, NotUsed>> logs(Task task, LogQuery query) {
        return refused();
      }

      @Override
      public CompletionStage<Outcome<Node>> updateNode(
          Caller caller,
          String reference,
          OptionalLong version,
          NodeAvailability availability,
          Map<String, String> labels) {
        return refusedNow();
      }
    };
  }
}
