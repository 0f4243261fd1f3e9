package io.gantry.agent.grpc;

import akka.grpc.javadsl.Metadata;
import io.gantry.agent.Caller;
import io.gantry.agent.Engine;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The calls of one connection.
 *
 * @param principal who is at its other end
 * @param vouches it is another host of the cluster, which says for whom it calls
 * @param readers run what only reads
 */
record Calls(String principal, boolean vouches, Executor readers) {
  Calls(String principal, boolean vouches) {
    this(principal, vouches, Runnable::run);
  }

  /** Where reading may mean to ask another host first, it is done where waiting is allowed. */
  Calls of(Engine engine) {
    return new Calls(
        principal,
        vouches,
        reading -> {
          if (engine.mayWait()) {
            Thread.ofVirtual().start(reading);
          } else {
            reading.run();
          }
        });
  }

  <T> CompletionStage<T> read(Supplier<T> reading) {
    return CompletableFuture.supplyAsync(reading, readers);
  }

  private static final int LONGEST = 512;
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** A request id that does not have the form is replaced: it ends up in the record and in logs. */
  Call begin(Metadata metadata) {
    var requestId =
        metadata
            .getText("gantry-request-id")
            .filter(given -> REQUEST_ID.matcher(given).matches())
            .orElseGet(() -> UUID.randomUUID().toString());
    var onBehalf =
        vouches
            ? metadata.getText("gantry-principal").filter(given -> given.length() <= LONGEST)
            : Optional.<String>empty();
    return new Call(new Caller(requestId, onBehalf.orElse(principal)));
  }
}
