/**
 * The engine of one host: names, defaults and checks of specifications, and the local side of the
 * Engine port.
 */
@NullMarked
package io.gantry.agent.engine;

import org.jspecify.annotations.NullMarked;
