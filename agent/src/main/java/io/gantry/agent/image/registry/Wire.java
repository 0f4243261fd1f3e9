package io.gantry.agent.image.registry;

import io.gantry.agent.fetch.HttpWords;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Connections to registries. One client a registry, because whom TLS trusts differs; connections
 * are kept and used again. Failures say what Docker's users are used to read.
 */
final class Wire implements AutoCloseable {
  private final RegistrySettings settings;
  private final Silence silence;
  private final Map<Host, HttpClient> clients = new ConcurrentHashMap<>();

  Wire(RegistrySettings settings) {
    this.settings = settings;
    this.silence = new Silence(settings.silence());
  }

  RegistrySettings settings() {
    return settings;
  }

  private HttpClient client(Host host) throws IOException {
    var present = clients.get(host);
    if (present != null) {
      return present;
    }
    try {
      var trust = Trust.of(host, settings.certificates(), host.mayBeInsecure(settings.insecure()));
      return clients.computeIfAbsent(
          host,
          _ ->
              HttpClient.newBuilder()
                  .version(HttpClient.Version.HTTP_1_1)
                  .followRedirects(HttpClient.Redirect.NEVER)
                  .connectTimeout(settings.connect())
                  .sslContext(trust)
                  .executor(Executors.newVirtualThreadPerTaskExecutor())
                  .build());
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot use the certificates for registry %s: %s".formatted(host.name(), e.getMessage()),
          e);
    }
  }

  HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(settings.answer())
        .setHeader("User-Agent", "docker/28.0.0 gantry");
  }

  /** The answer's head and its body as it comes; a body that falls silent fails. Close it. */
  HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    return send(request, Host.of(request.uri()));
  }

  HttpResponse<InputStream> send(HttpRequest request, Host host) throws IOException {
    HttpResponse.BodyHandler<InputStream> body =
        head ->
            HttpResponse.BodySubscribers.mapping(
                HttpResponse.BodySubscribers.ofInputStream(), silence::watch);
    try {
      return request.bodyPublisher().orElse(null) instanceof MovingBody moving
          ? answer(client(host).sendAsync(request, body), moving)
          : client(host).send(request, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while waiting for " + request.uri());
    } catch (IOException e) {
      throw failure(request, e);
    }
  }

  /** Waits as long as the request's body moves, and then as long as for any answer. */
  private <T> T answer(CompletableFuture<T> answer, MovingBody body)
      throws IOException, InterruptedException {
    var limit = settings.answer().toNanos();
    while (true) {
      try {
        return answer.get(Math.max(1, limit - body.stillFor()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        if (body.stillFor() >= limit) {
          answer.cancel(true);
          throw new HttpTimeoutException("request timed out");
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
      } catch (InterruptedException e) {
        answer.cancel(true);
        throw e;
      }
    }
  }

  private static RegistryFailure failure(HttpRequest request, IOException failure) {
    var kind =
        switch (failure) {
          case HttpConnectTimeoutException _, ConnectException _, SSLException _ ->
              Kind.UNREACHABLE;
          case HttpTimeoutException _, IOException _ -> Kind.PASSING;
        };
    return new RegistryFailure(kind, HttpWords.of(request, failure), failure);
  }

  @Override
  public void close() {
    silence.close();
    clients.values().forEach(HttpClient::shutdownNow);
  }
}
