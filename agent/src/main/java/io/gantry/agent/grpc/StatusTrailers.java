package io.gantry.agent.grpc;

import akka.grpc.Trailers;
import akka.grpc.javadsl.MetadataBuilder;
import akka.util.ByteString;
import com.google.protobuf.Any;
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
      default -> {
        LOG.error("a call failed for a reason no refusal names", failure);
        yield of(new Refusal(ErrorKind.INTERNAL, "internal error: " + failure.getMessage(), ""));
      }
    };
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
