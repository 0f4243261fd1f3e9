/** A host's place in its cluster, kept over restarts. */
@NullMarked
package io.gantry.cluster.membership;

import org.jspecify.annotations.NullMarked;
