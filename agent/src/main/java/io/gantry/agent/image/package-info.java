/**
 * Images of this host: what they are called ({@link io.gantry.agent.image.Reference}, the name
 * table), what they are made of (content by digest, layers unpacked once and shared) and how they
 * come and go as tars.
 *
 * <p>Names are facts of the record; blobs and layers are files that appear by rename when complete.
 * A crash leaves at most temporary files, which the next start sweeps.
 */
@NullMarked
package io.gantry.agent.image;

import org.jspecify.annotations.NullMarked;
