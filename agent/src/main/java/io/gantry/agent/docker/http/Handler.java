package io.gantry.agent.docker.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Answers requests. A failed stage or a thrown exception is a bug and closes the connection.
 *
 * <p>A body that is large comes beside its request, whose entity is empty then: to be read on a
 * thread that may wait, to its end, or closed.
 */
@FunctionalInterface
public interface Handler {
  CompletionStage<HttpResponse> handle(
      HttpRequest request, Client client, Optional<InputStream> upload);
}
