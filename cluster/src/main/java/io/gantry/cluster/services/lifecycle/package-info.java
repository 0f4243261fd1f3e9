/** What is decided about services and replicas, as functions of what is known. */
@NullMarked
package io.gantry.cluster.services.lifecycle;

import org.jspecify.annotations.NullMarked;
