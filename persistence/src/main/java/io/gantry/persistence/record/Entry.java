package io.gantry.persistence.record;

import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Recorded;
import java.time.Instant;

/**
 * One entry of a host's record.
 *
 * @param sequence place in this host's total order, from 1 without gaps
 * @param epoch counts the lives of this record's store; with the host's id and {@code sequence} it
 *     names the entry
 * @param time when it was appended; never before its predecessor's
 * @param persistenceId the entity's, as Akka Persistence knows it: "container|ID"
 * @param hash SHA-256 over the previous entry's hash and this entry's bytes
 */
public record Entry(
    long sequence,
    long epoch,
    Instant time,
    String persistenceId,
    Recorded<? extends Event> recorded,
    byte[] hash) {}
