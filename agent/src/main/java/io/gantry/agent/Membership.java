package io.gantry.agent;

import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterPhase;
import io.gantry.protocol.v1.ClusterView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A host's place among other hosts. Whoever belongs to no cluster is refused with CONFLICT "this
 * host belongs to no cluster"; what the others have to agree to with UNAVAILABLE while this host
 * does not hear enough of them. {@code host} is a name, an id or a unique prefix of one.
 */
public interface Membership {
  /**
   * A new cluster of this host alone.
   *
   * @param address HOST[:PORT] where others are to call it; empty: the only address it has
   */
  CompletionStage<Outcome<ClusterView>> init(Caller caller, Optional<String> address);

  /**
   * Enters a cluster through a host of it.
   *
   * @param remote HOST[:PORT] of that host
   * @param address as {@link #init}; empty: where the call to {@code remote} leaves this host
   */
  CompletionStage<Outcome<ClusterView>> join(
      Caller caller, String remote, Secret token, Optional<String> address);

  /** This host alone again, and all its containers with it. Needs nobody's consent. */
  CompletionStage<Outcome<ClusterView>> leave(Caller caller);

  /** From memory, at once, also of a host without a cluster. */
  ClusterView view();

  /** What lets a host in. With {@code rotate} another one, and the old one lets nobody in. */
  CompletionStage<Outcome<Secret>> token(Caller caller, boolean rotate);

  /** Unchanged: it is so already. */
  CompletionStage<Outcome<ClusterView>> drain(Caller caller, String host, boolean drained);

  /** Strikes a host off that takes no part and will not come back. */
  CompletionStage<Outcome<ClusterView>> forget(Caller caller, String host);

  /** Of an engine that cannot have any: each request is UNSUPPORTED. */
  static Membership none() {
    return new Membership() {
      private static <T> CompletionStage<Outcome<T>> refused() {
        return CompletableFuture.completedStage(
            Outcome.refused(ErrorKind.UNSUPPORTED, "this engine is not part of clusters"));
      }

      @Override
      public CompletionStage<Outcome<ClusterView>> init(Caller caller, Optional<String> address) {
        return refused();
      }

      @Override
      public CompletionStage<Outcome<ClusterView>> join(
          Caller caller, String remote, Secret token, Optional<String> address) {
        return refused();
      }

      @Override
      public CompletionStage<Outcome<ClusterView>> leave(Caller caller) {
        return refused();
      }

      @Override
      public ClusterView view() {
        return ClusterView.newBuilder().setPhase(ClusterPhase.CLUSTER_PHASE_ALONE).build();
      }

      @Override
      public CompletionStage<Outcome<Secret>> token(Caller caller, boolean rotate) {
        return refused();
      }

      @Override
      public CompletionStage<Outcome<ClusterView>> drain(
          Caller caller, String host, boolean drained) {
        return refused();
      }

      @Override
      public CompletionStage<Outcome<ClusterView>> forget(Caller caller, String host) {
        return refused();
      }
    };
  }
}
