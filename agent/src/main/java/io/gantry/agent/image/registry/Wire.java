package io.gantry.agent.image.registry;

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
import java.nio.channels.UnresolvedAddressException;
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

  /** As Go's HTTP client puts it: tools and people look for these words. */
  private static RegistryFailure failure(HttpRequest request, IOException failure) {
    var method = request.method();
    var uri = request.uri();
    var said = "%s%s \"%s\": ".formatted(method.charAt(0), method.substring(1).toLowerCase(), uri);
    var port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    return switch (failure) {
      case HttpConnectTimeoutException e ->
          new RegistryFailure(
              Kind.UNREACHABLE,
              said + "dial tcp %s:%d: i/o timeout".formatted(uri.getHost(), port),
              e);
      case HttpTimeoutException e ->
          new RegistryFailure(
              Kind.PASSING,
              said + "net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
              e);
      case ConnectException e when isUnresolved(e) ->
          new RegistryFailure(
              Kind.UNREACHABLE,
              said + "dial tcp: lookup %s: no such host".formatted(uri.getHost()),
              e);
      case ConnectException e ->
          new RegistryFailure(
              Kind.UNREACHABLE,
              said + "dial tcp %s:%d: connect: connection refused".formatted(uri.getHost(), port),
              e);
      case SSLException e when String.valueOf(e.getMessage()).contains("Unsupported or unrecog") ->
          new RegistryFailure(
              Kind.UNREACHABLE, said + "http: server gave HTTP response to HTTPS client", e);
      case SSLException e ->
          new RegistryFailure(
              Kind.UNREACHABLE,
              said + "tls: failed to verify certificate: x509: " + certificate(e),
              e);
      case IOException e -> new RegistryFailure(Kind.PASSING, said + e.getMessage(), e);
    };
  }

  private static boolean isUnresolved(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  private static String certificate(SSLException failure) {
    var text = String.valueOf(failure.getMessage());
    return text.contains("unable to find valid certification path")
        ? "certificate signed by unknown authority"
        : text;
  }

  @Override
  public void close() {
    silence.close();
    clients.values().forEach(HttpClient::shutdownNow);
  }
}
