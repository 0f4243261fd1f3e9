package io.gantry.agent.grpc;

import akka.grpc.GrpcServiceException;
import akka.grpc.Trailers;
import akka.grpc.internal.MissingParameterException;
import akka.grpc.javadsl.MetadataBuilder;
import akka.http.scaladsl.model.http2.PeerClosedStreamException;
import akka.util.ByteString;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ErrorDetail;
import io.grpc.Status;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a call that failed ends: the status and trailers that {@code errors.proto} promises. */
final class StatusTrailers {
  private static final Logger LOG = LoggerFactory.getLogger(StatusTrailers.class);

  private StatusTrailers() {}

  static Trailers of(Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case Refusal refusal -> of(refusal);
      case GrpcServiceException told -> new Trailers(told.status(), told.metadata());
      // What a client can bring about is no error of the agent and fills no log.
      // The generated handlers' words for a method they do not know; any other is a bug of ours.
      case UnsupportedOperationException unknown
          when message(unknown).startsWith("Not implemented: ") ->
          of(new Refusal(ErrorKind.UNSUPPORTED, message(unknown), ""));
      case PeerClosedStreamException gone ->
          new Trailers(Status.CANCELLED.withDescription(message(gone)));
      case MissingParameterException _ ->
          of(new Refusal(ErrorKind.INVALID, "the call has no message", ""));
      case InvalidProtocolBufferException malformed ->
          of(
              new Refusal(
                  ErrorKind.INVALID, "not the message of this call: " + message(malformed), ""));
      default -> {
        LOG.error("a call failed for a reason no refusal names", failure);
        yield of(new Refusal(ErrorKind.INTERNAL, "internal error: " + failure.getMessage(), ""));
      }
    };
  }

  private static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  private static Trailers of(Refusal refusal) {
    var kind = refusal.kind();
    var message = refusal.getMessage();
    var detail =
        ErrorDetail.newBuilder().setKind(kind.name()).setRequestId(refusal.requestId()).build();
    var details =
        com.google.rpc.Status.newBuilder()
            .setCode(kind.grpcStatus())
            .setMessage(message)
            .addDetails(Any.pack(detail))
            .build();
    var metadata =
        new MetadataBuilder()
            .addText("gantry-error-kind", kind.name())
            .addText("gantry-request-id", refusal.requestId())
            .addBinary("grpc-status-details-bin", ByteString.fromArrayUnsafe(details.toByteArray()))
            .build();
    return new Trailers(Status.fromCodeValue(kind.grpcStatus()).withDescription(message), metadata);
  }
}
