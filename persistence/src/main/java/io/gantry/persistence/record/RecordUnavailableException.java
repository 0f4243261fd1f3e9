package io.gantry.persistence.record;

/**
 * The record cannot be written or read now: no space, an error of the disk, too many writes
 * waiting, closed. Nothing that was acknowledged is lost. A write that failed so may still turn out
 * to be on disk, never in part: whoever wrote it must read its entity again before it decides
 * anything (Akka does: the actor stops and replays).
 */
public class RecordUnavailableException extends RuntimeException {
  public RecordUnavailableException(String message) {
    super(message);
  }

  public RecordUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
