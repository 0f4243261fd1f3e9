/**
 * A host in memory: it keeps state, agrees with the real one (the contracts), and fails on demand.
 */
@NullMarked
package io.gantry.agent.host.fake;

import org.jspecify.annotations.NullMarked;
