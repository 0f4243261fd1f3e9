package io.gantry.persistence.event;

import java.util.Map;

/**
 * What an event is about. Carried in every entry, so that an entry needs no other to be understood.
 *
 * @param kind "container", "image", "pull", "push", "build", "volume", "network" or "host"
 * @param id the entity's id (for volumes its name)
 * @param name what people call it; may equal the id
 * @param image image reference of a container as given at create; else empty
 * @param labels labels at that moment
 */
public record Subject(
    String kind, String id, String name, String image, Map<String, String> labels) {}
