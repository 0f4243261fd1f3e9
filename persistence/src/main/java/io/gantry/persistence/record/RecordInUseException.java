package io.gantry.persistence.record;

import java.nio.file.Path;

/** The record is open already, in another process or in this one. */
public final class RecordInUseException extends RecordUnavailableException {
  RecordInUseException(Path directory, Throwable cause) {
    super("record in %s is in use by another agent".formatted(directory), cause);
  }
}
