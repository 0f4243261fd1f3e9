package io.gantry.cluster.membership;

import akka.actor.typed.ActorSystem;
import io.gantry.cluster.services.Governor;
import io.gantry.persistence.event.HostEvent;
import io.gantry.protocol.v1.HostSummary;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What membership needs of the host.
 *
 * @param note puts an event into the host's record; does not block
 * @param summary of the host now; does not block
 * @param containers of the host now, names by ids; does not block
 * @param governor who decides about services at this host
 * @param state the agent's state directory
 */
public record Surroundings(
    ActorSystem<?> system,
    String hostId,
    String hostName,
    Consumer<HostEvent> note,
    Supplier<HostSummary> summary,
    Supplier<Map<String, String>> containers,
    Supplier<Governor> governor,
    Path state,
    ClusterSettings settings,
    InstantSource clock,
    SecureRandom random) {}
