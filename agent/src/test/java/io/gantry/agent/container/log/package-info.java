/** Logs of containers under test. */
@NullMarked
package io.gantry.agent.container.log;

import org.jspecify.annotations.NullMarked;
