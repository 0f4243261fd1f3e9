/** Services: who decides about them, who keeps their replicas. */
@NullMarked
package io.gantry.cluster.services;

import org.jspecify.annotations.NullMarked;
