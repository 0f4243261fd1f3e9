package io.gantry.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** What to say when the agent refuses, or is not there. */
final class AgentErrors {
  private AgentErrors() {}

  static String text(Session session, StatusRuntimeException failure) {
    var status = failure.getStatus();
    if (status.getCode() == Status.Code.UNAVAILABLE && status.getCause() != null) {
      return "cannot reach the agent at %s: %s"
          .formatted(session.address(), status.getCause().getMessage());
    }
    var description = status.getDescription();
    return description == null ? status.getCode().name() : description;
  }
}
