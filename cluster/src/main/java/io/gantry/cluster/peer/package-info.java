/** What agents of one cluster say to each other, and how. */
@NullMarked
package io.gantry.cluster.peer;

import org.jspecify.annotations.NullMarked;
