package io.gantry.agent.grpc;

import io.gantry.protocol.ErrorKind;

/**
 * Carries an engine's refusal through futures and streams to {@link StatusTrailers}. No bug, so no
 * stack trace.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;
  private final String requestId;

  Refusal(ErrorKind kind, String message, String requestId) {
    super(message, null, false, false);
    this.kind = kind;
    this.requestId = requestId;
  }

  ErrorKind kind() {
    return kind;
  }

  String requestId() {
    return requestId;
  }
}
