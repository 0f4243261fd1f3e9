package io.gantry.cluster.membership;

import io.gantry.agent.Outcome;
import io.gantry.cluster.peer.ClusterNode;
import io.gantry.cluster.peer.IntentsView;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.cluster.services.Formation;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.NodeSettings;
import io.gantry.protocol.v1.TaskStatus;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What services stand on: this host's membership, as it is at each moment. */
record Ground(Supplier<Optional<Belonging>> belonging, Set<Runnable> watchers)
    implements Formation {
  private Optional<ClusterNode> node() {
    return belonging.get().flatMap(Belonging::node);
  }

  @Override
  public ClusterView view() {
    return belonging.get().map(Views::of).orElseGet(Views::ofNone);
  }

  @Override
  public Map<String, NodeSettings> settings() {
    return belonging.get().map(known -> known.memory().roster().nodes()).orElse(Map.of());
  }

  @Override
  public String oldest() {
    return node().map(known -> known.view().oldest()).orElse("");
  }

  @Override
  public long number() {
    return node().map(ClusterNode::number).orElse(0L);
  }

  @Override
  public IntentsView intents() {
    return belonging.get().map(Belonging::intents).orElse(IntentsView.NONE);
  }

  @Override
  public CompletionStage<Boolean> intend(Map<String, Intent> some, int hosts) {
    return node()
        .map(known -> known.intend(some, hosts))
        .orElseGet(() -> CompletableFuture.completedStage(false));
  }

  @Override
  public CompletionStage<Boolean> recall(int hosts) {
    return node()
        .map(known -> known.recall(hosts))
        .orElseGet(() -> CompletableFuture.completedStage(false));
  }

  @Override
  public void report(Map<String, TaskStatus> statuses) {
    node().ifPresent(known -> known.report(statuses));
  }

  @Override
  public PeerChannel channel(String hostId) {
    return belonging
        .get()
        .orElseThrow(() -> new IllegalStateException("this host belongs to no cluster"))
        .channel(hostId);
  }

  @Override
  public CompletionStage<Outcome<Boolean>> put(String key, Optional<ClusterFact> fact) {
    return belonging
        .get()
        .map(known -> known.put(key, fact))
        .orElseGet(() -> CompletableFuture.completedStage(Views.alone()));
  }

  @Override
  public AutoCloseable watch(Runnable changed) {
    // Each its own, also where the same is given twice.
    Runnable watcher = () -> changed.run();
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** From any thread. */
  void changed() {
    watchers.forEach(Runnable::run);
  }
}
