package io.gantry.cluster.engine;

import io.gantry.cluster.peer.PeerChannel;
import io.gantry.protocol.v1.ClusterView;
import java.util.Map;

/** The hosts of a cluster as one of them knows them, at this moment. Answers from memory. */
public interface Hosts {
  /** Without hosts where this host belongs to no cluster. */
  ClusterView view();

  /**
   * The connection to another host. Fails with an IllegalStateException when it is none of the
   * cluster.
   */
  PeerChannel channel(String hostId);

  /** By host id: the names of its containers by their ids. A little behind what is true. */
  Map<String, Map<String, String>> places();
}
