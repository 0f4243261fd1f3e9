/** The engine of another host, asked over its door for peers. */
@NullMarked
package io.gantry.cluster.remote;

import org.jspecify.annotations.NullMarked;
