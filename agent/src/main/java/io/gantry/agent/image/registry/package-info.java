/**
 * A client of registries (OCI distribution-spec v1.1; Docker Registry HTTP API v2): who they are
 * and how to reach them, what to show them, manifests and blobs. Knows nothing of what this host
 * has.
 *
 * <p>Everything here blocks and is called from virtual threads. Bytes from a registry are bounded,
 * and content is its digest or an error.
 */
@NullMarked
package io.gantry.agent.image.registry;

import org.jspecify.annotations.NullMarked;
