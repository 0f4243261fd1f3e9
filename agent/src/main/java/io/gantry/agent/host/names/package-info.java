/** Sockets for names inside containers' network namespaces, and what leads questions to them. */
@NullMarked
package io.gantry.agent.host.names;

import org.jspecify.annotations.NullMarked;
