package io.gantry.cluster.placement;

import java.util.List;
import java.util.Set;

/**
 * A host as placement sees it.
 *
 * @param containers that run there
 * @param volumes of those that the container names
 * @param networks of those that the container names
 * @param refusals why the host itself cannot take the container
 */
public record Candidate(
    String id,
    String name,
    boolean drained,
    int cpus,
    long memoryBytes,
    long reservedNanoCpus,
    long reservedMemoryBytes,
    int containers,
    boolean hasImage,
    Set<String> volumes,
    Set<String> networks,
    List<String> refusals) {}
