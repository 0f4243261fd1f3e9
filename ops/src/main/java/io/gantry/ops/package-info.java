/** {@code gantryd}: reads its settings, wires the agent, waits. */
@NullMarked
package io.gantry.ops;

import org.jspecify.annotations.NullMarked;
