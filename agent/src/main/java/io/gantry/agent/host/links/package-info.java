/**
 * Bridges, cables and network namespaces by rtnetlink, inside the agent's process.
 *
 * <p>{@link io.gantry.agent.host.links.NetlinkLinks} is the port; {@link
 * io.gantry.agent.host.links.Devices} is what can be said about a device in any namespace.
 */
@NullMarked
package io.gantry.agent.host.links;

import org.jspecify.annotations.NullMarked;
