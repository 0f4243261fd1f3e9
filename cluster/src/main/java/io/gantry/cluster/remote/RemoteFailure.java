package io.gantry.cluster.remote;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.Serial;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Why another host did not do what it was asked. Carried where an outcome has no place. */
public final class RemoteFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  RemoteFailure(ErrorKind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** {@code host}: who was asked. */
  public static RemoteFailure of(String host, Throwable failure) {
    return switch (failure) {
      case RemoteFailure known -> known;
      case CompletionException wrapped when wrapped.getCause() != null ->
          of(host, wrapped.getCause());
      case StatusRuntimeException refused -> refused(host, refused.getStatus());
      case TimeoutException _ ->
          new RemoteFailure(
              ErrorKind.UNAVAILABLE, "host %s did not answer in time".formatted(host));
      default ->
          new RemoteFailure(
              ErrorKind.UNAVAILABLE,
              "host %s does not answer: %s".formatted(host, failure.getMessage()));
    };
  }

  private static RemoteFailure refused(String host, Status status) {
    for (var kind : ErrorKind.values()) {
      if (kind.grpcStatus() == status.getCode().value()) {
        return new RemoteFailure(kind, said(host, status));
      }
    }
    return new RemoteFailure(
        ErrorKind.UNAVAILABLE, "host %s does not answer: %s".formatted(host, said(host, status)));
  }

  /** In the other host's words: the client of gRPC adds a line of its own. */
  private static String said(String host, Status status) {
    var words = status.getDescription();
    if (words == null) {
      return "host %s refused".formatted(host);
    }
    var added = words.lastIndexOf("\nWhen calling rpc service: ");
    return added < 0 ? words : words.substring(0, added);
  }

  public ErrorKind kind() {
    return kind;
  }

  public <T> Outcome<T> outcome() {
    return Outcome.refused(kind, String.valueOf(getMessage()));
  }
}
