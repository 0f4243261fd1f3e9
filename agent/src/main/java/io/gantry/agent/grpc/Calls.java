package io.gantry.agent.grpc;

import akka.grpc.javadsl.Metadata;
import io.gantry.agent.Caller;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The calls of one connection.
 *
 * @param principal who is at its other end
 */
record Calls(String principal) {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** A request id that does not have the form is replaced: it ends up in the record and in logs. */
  Call begin(Metadata metadata) {
    var requestId =
        metadata
            .getText("gantry-request-id")
            .filter(given -> REQUEST_ID.matcher(given).matches())
            .orElseGet(() -> UUID.randomUUID().toString());
    return new Call(new Caller(requestId, principal));
  }
}
