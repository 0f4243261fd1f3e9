/**
 * Work on a directory tree whose contents are hostile: every path is resolved by the kernel beneath
 * an open directory, so that neither ".." nor a symbolic link, nor a rename at the wrong moment,
 * leads out of it.
 *
 * <p>Names are <em>byte strings</em>: a file name on Linux is bytes and may be no valid UTF-8, so
 * each char here is one byte (ISO 8859-1). {@link io.gantry.agent.host.kernel.tree.ByteStrings}
 * converts.
 */
@NullMarked
package io.gantry.agent.host.kernel.tree;

import org.jspecify.annotations.NullMarked;
