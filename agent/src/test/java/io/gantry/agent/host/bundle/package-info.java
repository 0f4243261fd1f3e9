/** Bundles under test. */
@NullMarked
package io.gantry.agent.host.bundle;

import org.jspecify.annotations.NullMarked;
