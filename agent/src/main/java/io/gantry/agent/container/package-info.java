/**
 * Containers as actors: a persistent shell around {@code lifecycle}, and the children that probe
 * and exec.
 */
@NullMarked
package io.gantry.agent.container;

import org.jspecify.annotations.NullMarked;
