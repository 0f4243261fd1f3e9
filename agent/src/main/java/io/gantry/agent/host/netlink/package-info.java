/**
 * Messages to and from the kernel by netlink(7): {@link io.gantry.agent.host.netlink.Requests}
 * writes them, {@link io.gantry.agent.host.netlink.Answer} reads them within their bounds, {@link
 * io.gantry.agent.host.netlink.Conversation} sends the ones and waits for the others.
 */
@NullMarked
package io.gantry.agent.host.netlink;

import org.jspecify.annotations.NullMarked;
