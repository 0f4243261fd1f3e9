/**
 * Images on their way between registries and this host: pulls and pushes, each an actor with its
 * progress in the record, and the blobs under way, which pulls share.
 */
@NullMarked
package io.gantry.agent.image.transfer;

import org.jspecify.annotations.NullMarked;
