/**
 * OCI runtimes by their command line and conmon as their monitor: the Linux adapters of {@link
 * io.gantry.agent.host.OciRuntime} and {@link io.gantry.agent.host.Monitor}.
 *
 * <p>What a runtime does in its own process costs milliseconds, so what its files allow is done
 * here instead, for the runtimes whose files are known ({@link
 * io.gantry.agent.host.runtime.Flavour}); the probe at boot proves that it works.
 */
@NullMarked
package io.gantry.agent.host.runtime;

import org.jspecify.annotations.NullMarked;
