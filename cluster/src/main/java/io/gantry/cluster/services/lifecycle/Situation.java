package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.TaskStatus;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * All that a controller decides from.
 *
 * @param hosts all that belong to the cluster, by id
 * @param statuses what hosts say of their replicas, by task id
 * @param version of a service that is changed now
 * @param ran when this controller has seen first that a task ran, by its id
 * @param ended when this controller has seen first that a task was over, by its id
 * @param offers what hosts say of a replica of a service, by service and host; of a service that is
 *     not there they have not been asked
 * @param ids new ones for tasks
 */
public record Situation(
    Instant now,
    Reign reign,
    long version,
    Intended intended,
    Map<String, ServiceHost> hosts,
    Map<String, TaskStatus> statuses,
    Map<String, Instant> ran,
    Map<String, Instant> ended,
    Map<String, Map<String, OfferResponse>> offers,
    Supplier<String> ids) {}
