/**
 * An engine without a host, for tests of the edges and of the CLI: containers whose processes are a
 * few lines of Java each. It keeps state and answers as the contracts in {@link io.gantry.agent}
 * say.
 */
@NullMarked
package io.gantry.agent.fake;

import org.jspecify.annotations.NullMarked;
