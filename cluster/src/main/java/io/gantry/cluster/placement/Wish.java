package io.gantry.cluster.placement;

import java.util.List;
import java.util.Set;

/**
 * What a new container asks of its host.
 *
 * @param memoryBytes reserved, or at least its limit; 0: none
 * @param nanoCpus 0: none
 * @param volumes by name, that exist somewhere: it goes where they are
 * @param networks by name, other than those that each host has
 */
public record Wish(
    long memoryBytes,
    long nanoCpus,
    Set<String> volumes,
    Set<String> networks,
    List<Constraint> constraints,
    Strategy strategy) {
  /** Whether containers are spread over the hosts or fill one after the other. */
  public enum Strategy {
    SPREAD,
    PACK
  }
}
