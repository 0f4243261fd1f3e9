/** The engines of all hosts as one. */
@NullMarked
package io.gantry.cluster.engine;

import org.jspecify.annotations.NullMarked;
