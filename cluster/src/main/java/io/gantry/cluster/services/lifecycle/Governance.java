package io.gantry.cluster.services.lifecycle;

import io.gantry.persistence.event.ServiceEvent;
import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a controller is to do now.
 *
 * @param services those that are as given from now on, by id
 * @param slots what is to be intended, by key; empty: the slot is given up
 * @param events what to record of it
 * @param unasked services whose hosts have to be asked before they can be decided about
 */
public record Governance(
    Map<String, Service> services,
    Map<String, Optional<ReplicaSlot>> slots,
    List<ServiceEvent> events,
    Set<String> unasked) {}
