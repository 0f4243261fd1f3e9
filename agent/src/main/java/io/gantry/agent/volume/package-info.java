/**
 * Volumes of this host: directories that outlive containers. Each is a recorded actor that knows
 * who claims it; its files lie below the state directory, in {@code volumes/NAME/_data}.
 */
@NullMarked
package io.gantry.agent.volume;

import org.jspecify.annotations.NullMarked;
