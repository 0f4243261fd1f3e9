package io.gantry.agent.docker.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.util.concurrent.CompletionStage;

/** Answers requests. A failed stage or a thrown exception is a bug and closes the connection. */
@FunctionalInterface
public interface Handler {
  CompletionStage<HttpResponse> handle(HttpRequest request, Client client);
}
