/** Many hosts as one. */
@NullMarked
package io.gantry.cluster;

import org.jspecify.annotations.NullMarked;
