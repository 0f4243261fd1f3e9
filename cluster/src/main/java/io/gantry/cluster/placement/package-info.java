/** Where a new container goes: decided, without Akka, clock or I/O. */
@NullMarked
package io.gantry.cluster.placement;

import org.jspecify.annotations.NullMarked;
