/**
 * OCI bundles (runtime-spec v1, config.json): a container's specification together with what is
 * true of this host becomes what a runtime needs. Translation is pure; reading the host ({@link
 * io.gantry.agent.host.bundle.HostAbilities}, {@link io.gantry.agent.host.bundle.UserDatabase},
 * {@link io.gantry.agent.host.bundle.HostDevices}) is apart from it.
 */
@NullMarked
package io.gantry.agent.host.bundle;

import org.jspecify.annotations.NullMarked;
