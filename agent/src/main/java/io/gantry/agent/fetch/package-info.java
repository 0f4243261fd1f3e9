/** What another server gives for an address, and how a failure to get it is said. */
@NullMarked
package io.gantry.agent.fetch;

import org.jspecify.annotations.NullMarked;
