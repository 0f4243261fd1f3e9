package io.gantry.cli;

import io.grpc.StatusRuntimeException;

/** Exit codes for what could not be run, as shells and Docker have them. */
final class StartFailure {
  static final int NOT_RUN = 125;
  static final int NOT_EXECUTABLE = 126;
  static final int NOT_FOUND = 127;

  private StartFailure() {}

  static Failure of(Session session, StatusRuntimeException refused) {
    var text = AgentErrors.text(session, refused);
    return new Failure(exitCode(text), text);
  }

  static int exitCode(String text) {
    if (text.contains("executable file not found") || text.contains("no such file or directory")) {
      return NOT_FOUND;
    }
    if (text.contains("permission denied") || text.contains("is a directory")) {
      return NOT_EXECUTABLE;
    }
    return NOT_RUN;
  }
}
