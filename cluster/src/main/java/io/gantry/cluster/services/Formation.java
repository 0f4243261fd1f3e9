package io.gantry.cluster.services;

import io.gantry.agent.Outcome;
import io.gantry.cluster.peer.IntentsView;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.NodeSettings;
import io.gantry.protocol.v1.TaskStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What services need of the cluster that this host belongs to. Reads answer at once. */
public interface Formation {
  /** Without hosts where this host belongs to no cluster. */
  ClusterView view();

  /** By host id. */
  Map<String, NodeSettings> settings();

  /** Id of the host that takes part longest; empty: this one takes part in nothing. */
  String oldest();

  /** Another number: this host takes part in another formation than before. 0: in none. */
  long number();

  /** What was heard last, also while this host takes part in nothing. */
  IntentsView intents();

  /** See {@link io.gantry.cluster.peer.ClusterNode#intend}. False where nothing is heard. */
  CompletionStage<Boolean> intend(Map<String, Intent> some, int hosts);

  /** See {@link io.gantry.cluster.peer.ClusterNode#recall}. */
  CompletionStage<Boolean> recall(int hosts);

  /** All that this host says of its replicas. */
  void report(Map<String, TaskStatus> statuses);

  PeerChannel channel(String hostId);

  /** Written by a majority, or refused. */
  CompletionStage<Outcome<Boolean>> put(String key, Optional<ClusterFact> fact);

  /** {@code changed} is called when any of this may have changed, and must not block. */
  AutoCloseable watch(Runnable changed);
}
