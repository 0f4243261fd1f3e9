/** The Docker Engine API edge: routes, JSON shapes, stream framing. Translation only. */
@NullMarked
package io.gantry.agent.docker;

import org.jspecify.annotations.NullMarked;
