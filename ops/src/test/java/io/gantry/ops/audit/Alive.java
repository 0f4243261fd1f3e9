package io.gantry.ops.audit;

import java.util.Set;

/** A container that has processes, as the kernel of its host says, which asks no agent. */
public record Alive(String host, String container, Set<Long> pids) {}
