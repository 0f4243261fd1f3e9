package io.gantry.agent.docker;

import java.time.Instant;
import java.util.Map;

/**
 * A message of {@code GET /events}.
 *
 * @param type "container", "image", "volume", "network", "builder"
 * @param id empty when it is about no single thing
 * @param attributes in the order they are written
 */
record DockerEvent(
    String type, String action, String id, Map<String, String> attributes, Instant time) {}
