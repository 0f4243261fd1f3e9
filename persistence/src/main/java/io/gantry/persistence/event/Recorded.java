package io.gantry.persistence.event;

/**
 * An event with what makes it readable alone: who asked, and what it is about. This is what actors
 * persist.
 *
 * @param event what happened
 * @param subject what it happened to, as it was called then
 * @param provenance why and for whom
 */
public record Recorded<E extends Event>(E event, Subject subject, Provenance provenance) {}
