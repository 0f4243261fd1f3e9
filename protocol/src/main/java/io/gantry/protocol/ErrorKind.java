package io.gantry.protocol;

/**
 * Why a request was refused. The list is short and closed; one table gives each kind its status.
 *
 * <p>{@link #httpStatus} follows the Docker Engine API, {@link #grpcStatus} is the number of the
 * gRPC status code (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).
 */
public enum ErrorKind {
  /** The request is malformed or asks for something that cannot be. */
  INVALID(400, 3),
  /** The caller did not say who it is, or not convincingly. */
  UNAUTHENTICATED(401, 16),
  /** The caller, or anyone, may not do this to this object. */
  FORBIDDEN(403, 7),
  /** The object does not exist. */
  NOT_FOUND(404, 5),
  /** The object's present state, or another object, stands against it. */
  CONFLICT(409, 9),
  /** A limit of the host is reached: disk space, addresses, ports. */
  EXHAUSTED(500, 8),
  /** Not answered in time by the host: a runtime that hangs. */
  DEADLINE(500, 4),
  /** This agent cannot do this now: starting, stopping, no quorum. */
  UNAVAILABLE(503, 14),
  /** Gantry does not do this. */
  UNSUPPORTED(501, 12),
  /** The host or the engine failed. */
  INTERNAL(500, 13);

  private final int httpStatus;
  private final int grpcStatus;

  ErrorKind(int httpStatus, int grpcStatus) {
    this.httpStatus = httpStatus;
    this.grpcStatus = grpcStatus;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public int grpcStatus() {
    return grpcStatus;
  }
}
