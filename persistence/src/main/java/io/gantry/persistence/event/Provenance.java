package io.gantry.persistence.event;

/**
 * Why an entry exists.
 *
 * @param requestId of the API request that led to it; empty when none did (an exit)
 * @param principal who asked: "unix:uid=0,gid=0,pid=4711", "tls:CN=...", or "gantry" for the engine
 *     itself
 * @param cause the entry that led to this one, by its number among the events of the same entity;
 *     0: none
 */
public record Provenance(String requestId, String principal, long cause) {
  public static final Provenance ENGINE = new Provenance("", "gantry", 0);
}
