package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.util.List;

/**
 * One container engine: this host, another one, or all of a cluster. The edges translate to and
 * from it and do nothing else.
 */
public interface Engine {
  Containers containers();

  ContainerFiles files();

  Images images();

  Registries registries();

  Builds builds();

  Volumes volumes();

  Networks networks();

  Prunes prunes();

  /** The record's live and past entries. */
  EventLog events();

  /** Its place among other hosts. */
  default Membership membership() {
    return Membership.none();
  }

  /** What its hosts run together. */
  default Services services() {
    return Services.none();
  }

  /**
   * The records of all hosts of its cluster as one stream, as {@code ClusterService.Watch} says.
   * CONFLICT: it belongs to none.
   */
  default Outcome<Source<WatchClusterResponse, NotUsed>> watchCluster(
      Caller caller, WatchClusterRequest request) {
    return Outcome.refused(ErrorKind.CONFLICT, "this host belongs to no cluster");
  }

  /** What this engine is and runs on. */
  HostFacts host();

  /** KEY=VALUE of what is worth knowing besides: the hosts, where there are several. */
  default List<String> labels() {
    return List.of();
  }

  /**
   * Whether what reads and answers without a stage may have to ask another host first. Whoever
   * calls it then does so on a thread that may wait; stages complete on such a thread by
   * themselves.
   */
  default boolean mayWait() {
    return false;
  }

  /** Whether this is the name of one of its hosts, as in "HOST/CONTAINER". */
  default boolean isHost(String name) {
    return false;
  }
}
