/**
 * Bridges, cables and network namespaces by rtnetlink, inside the agent's process.
 *
 * <p>{@link io.gantry.agent.host.links.NetlinkLinks} is the port; {@link
 * io.gantry.agent.host.links.Requests} writes messages, {@link
 * io.gantry.agent.host.links.Conversation} sends them and reads answers.
 */
@NullMarked
package io.gantry.agent.host.links;

import org.jspecify.annotations.NullMarked;
