package io.gantry.persistence.schema;

/**
 * An entry of the record cannot be understood: damaged, or written by a later release. It is never
 * skipped, because what would be rebuilt from the entries around it never existed.
 */
public final class UnreadableEntryException extends RuntimeException {
  public UnreadableEntryException(String message) {
    super(message);
  }

  public UnreadableEntryException(String message, Throwable cause) {
    super(message, cause);
  }
}
