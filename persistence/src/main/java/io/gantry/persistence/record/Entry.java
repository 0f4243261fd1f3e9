package io.gantry.persistence.record;

import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Recorded;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a host's record. Two entries are equal when they have the same place and hash.
 *
 * @param sequence place in this host's total order, from 1 without gaps
 * @param epoch counts the lives of this record's store; with the host's id and {@code sequence} it
 *     names the entry
 * @param time when it was appended; never before its predecessor's
 * @param persistenceId the entity's, as Akka Persistence knows it: "container|ID"
 * @param hash SHA-256 over this entry's stored bytes, which hold the previous entry's hash
 * @param persistenceSequence place among the entity's own events, from 1 without gaps
 * @param previousHash hash of the entry before, 32 zero bytes in the first
 */
public record Entry(
    long sequence,
    long epoch,
    Instant time,
    String persistenceId,
    Recorded<? extends Event> recorded,
    byte[] hash,
    long persistenceSequence,
    byte[] previousHash) {

  /** For fakes that keep no chain. */
  public Entry(
      long sequence,
      long epoch,
      Instant time,
      String persistenceId,
      Recorded<? extends Event> recorded,
      byte[] hash) {
    this(sequence, epoch, time, persistenceId, recorded, hash, 0, new byte[32]);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Entry entry
        && entry.sequence == sequence
        && Arrays.equals(entry.hash, hash);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence) * 31 + Arrays.hashCode(hash);
  }
}
