package io.gantry.agent.fetch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Requests without an answer, as Go's HTTP client puts it: tools and people look for its words. */
public final class HttpWords {
  private HttpWords() {}

  public static String of(HttpRequest request, IOException failure) {
    var method = request.method();
    return "%s%s \"%s\": %s"
        .formatted(
            method.charAt(0),
            method.substring(1).toLowerCase(Locale.ROOT),
            request.uri(),
            reason(request, failure));
  }

  private static String reason(HttpRequest request, IOException failure) {
    var uri = request.uri();
    var port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    return switch (failure) {
      case HttpConnectTimeoutException _ ->
          "dial tcp %s:%d: i/o timeout".formatted(uri.getHost(), port);
      case HttpTimeoutException _ ->
          "net/http: request canceled (Client.Timeout exceeded while awaiting headers)";
      case ConnectException e when isUnresolved(e) ->
          "dial tcp: lookup %s: no such host".formatted(uri.getHost());
      case ConnectException _ ->
          "dial tcp %s:%d: connect: connection refused".formatted(uri.getHost(), port);
      case SSLException e when String.valueOf(e.getMessage()).contains("Unsupported or unrecog") ->
          "http: server gave HTTP response to HTTPS client";
      case SSLException e -> "tls: failed to verify certificate: x509: " + certificate(e);
      case IOException e -> e.getMessage() == null ? "unexpected EOF" : e.getMessage();
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
}
