/** Many agents in one JVM on hosts in memory, and what they cost: {@code ./dev bench scale}. */
@NullMarked
package io.gantry.ops.scale;

import org.jspecify.annotations.NullMarked;
