/**
 * Looks through the records of hosts afterwards and says what is wrong with them. Pure: entries in,
 * complaints out.
 */
@NullMarked
package io.gantry.ops.audit;

import org.jspecify.annotations.NullMarked;
