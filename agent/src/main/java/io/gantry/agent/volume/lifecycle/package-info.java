/** The life of a volume, as pure functions. */
@NullMarked
package io.gantry.agent.volume.lifecycle;

import org.jspecify.annotations.NullMarked;
