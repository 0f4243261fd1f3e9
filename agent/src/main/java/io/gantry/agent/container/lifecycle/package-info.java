/**
 * The life of a container as pure functions: {@link io.gantry.agent.container.lifecycle.Lifecycle}
 * decides on requests, takes note of reports and applies events. No Akka, no I/O, no clock: equal
 * inputs give equal results.
 */
@NullMarked
package io.gantry.agent.container.lifecycle;

import org.jspecify.annotations.NullMarked;
