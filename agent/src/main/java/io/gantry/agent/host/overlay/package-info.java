/**
 * Root file systems of containers by overlayfs.
 *
 * <p>One mount(2) a container. Beneath {@code containers/<id>/}: {@code upper} is the writable
 * layer, {@code work} overlay's own, {@code rootfs} the mount point.
 */
@NullMarked
package io.gantry.agent.host.overlay;

import org.jspecify.annotations.NullMarked;
