package io.gantry.agent.docker;

import akka.stream.javadsl.JavaFlowSupport;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.protocol.ErrorKind;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** A tar that a request names instead of carrying it: {@code docker import http://…}. */
final class RemoteTar {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(30))
          .build();

  private RemoteTar() {}

  /** As dockerd does it: what names no scheme is asked by http. */
  static URI address(String source) {
    try {
      var uri = URI.create(source.contains("://") ? source : "http://" + source);
      var scheme = String.valueOf(uri.getScheme());
      if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
        throw Refusal.invalid("cannot import from %s: expected http or https".formatted(source));
      }
      return uri;
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("cannot import from %s: %s".formatted(source, e.getMessage()));
    }
  }

  /** Completes when it begins to come, or with a {@link Refusal}. It is read once. */
  static CompletionStage<Source<ByteString, ?>> open(URI address) {
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(10)).build();
    return CLIENT
        .sendAsync(request, BodyHandlers.ofPublisher())
        .<Source<ByteString, ?>>thenApply(response -> body(address, response))
        .exceptionally(
            failure -> {
              throw new CompletionException(refusal(address, failure));
            });
  }

  private static Source<ByteString, ?> body(
      URI address, HttpResponse<Flow.Publisher<List<ByteBuffer>>> response) {
    var body =
        JavaFlowSupport.Source.fromPublisher(response.body())
            .mapConcat(buffers -> buffers)
            .map(ByteString::fromByteBuffer);
    if (response.statusCode() >= 400) {
      throw new Refusal(
          ErrorKind.INTERNAL,
          "failed to GET %s with status %d".formatted(address, response.statusCode()));
    }
    return body;
  }

  private static Refusal refusal(URI address, Throwable failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    var reason =
        cause instanceof ConnectException && cause.getMessage() == null
            ? "connect: connection refused"
            : String.valueOf(cause.getMessage());
    return new Refusal(ErrorKind.INTERNAL, "Get \"%s\": %s".formatted(address, reason));
  }
}
