/**
 * The engine as its edges, the cluster and {@code ops} see it: the {@link io.gantry.agent.Engine}
 * port and its values.
 */
@NullMarked
package io.gantry.agent;

import org.jspecify.annotations.NullMarked;
