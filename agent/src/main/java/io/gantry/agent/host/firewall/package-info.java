/**
 * Address translation and isolation in one nftables table.
 *
 * <p>Rules are fixed and look things up in sets and maps, so that a network or a published port is
 * an element, added and taken away in one transaction. {@link io.gantry.agent.host.firewall.Table}
 * has the rules and the reason of each.
 *
 * <p>Other tables are never touched, and what they drop stays dropped: on a host whose FORWARD
 * policy is DROP (dockerd sets it), packets of Gantry's bridges pass this table and are dropped by
 * that policy; the operator accepts them there (chain DOCKER-USER) or sets the policy to accept.
 */
@NullMarked
package io.gantry.agent.host.firewall;

import org.jspecify.annotations.NullMarked;
