/**
 * Ports to the kernel and to the programs that run containers, each with a Linux adapter and an
 * in-memory fake.
 *
 * <p>Methods block and are called from virtual threads, never from an actor. Each may be repeated
 * safely: after a crash of the agent nobody knows how far the last call went. A failure is an
 * {@link java.io.IOException} whose message says what was tried on what.
 */
@NullMarked
package io.gantry.agent.host;

import org.jspecify.annotations.NullMarked;
