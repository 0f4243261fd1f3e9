/**
 * Names of containers: {@link io.gantry.agent.network.dns.NameBook} knows them, {@link
 * io.gantry.agent.network.dns.NameServer} answers for each container at 127.0.0.11 inside its
 * network namespace, and {@link io.gantry.agent.network.dns.Upstream} asks the world for the rest.
 */
@NullMarked
package io.gantry.agent.network.dns;

import org.jspecify.annotations.NullMarked;
