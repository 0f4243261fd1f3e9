/**
 * Control groups of containers as files: version 1, hybrid and 2.
 *
 * <p>{@link io.gantry.agent.host.cgroup.Hierarchies} finds what is mounted, {@link
 * io.gantry.agent.host.cgroup.GroupFiles} reads small files that may vanish, one reader a version
 * makes {@link io.gantry.agent.Stats} of them.
 */
@NullMarked
package io.gantry.agent.host.cgroup;

import org.jspecify.annotations.NullMarked;
