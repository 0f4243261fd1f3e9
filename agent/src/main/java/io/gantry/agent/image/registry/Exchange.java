package io.gantry.agent.image.registry;

import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Requests to one door for one repository, with what the registry wants to see, redirections
 * followed, and made again when a failure may pass: later each time, as late as the registry says.
 */
final class Exchange {
  static final Set<Integer> FOUND = Set.of(200);
  static final Set<Integer> PART = Set.of(200, 206, 416);
  private static final Set<Integer> ELSEWHERE = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTIONS = 5;
  private static final int MOST_BYTES_OF_ERROR = 64 << 10;
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private final Wire wire;
  private final Door door;
  private final Access access;
  private final Scope scope;
  private final String path;

  Exchange(Wire wire, Door door, Access access, Scope scope) {
    this.wire = wire;
    this.door = door;
    this.access = access;
    this.scope = scope;
    this.path = path(scope);
  }

  private static String path(Scope scope) {
    var parts = scope.text().split("[: ]");
    return parts.length > 1 ? parts[1] + "/" : "";
  }

  /** The same door and guest, with rights to something more. */
  Exchange also(Scope more) {
    return new Exchange(wire, door, access, scope.and(more));
  }

  URI base(String what) {
    return door.at(path + what);
  }

  /** Anywhere below the repository, or a whole URL that the registry gave. */
  URI uri(String what) {
    return what.startsWith("http://") || what.startsWith("https://")
        ? URI.create(what)
        : what.startsWith("/") ? door.base().resolve(what) : base(what);
  }

  /**
   * Any answer but those of {@code wanted} is a RegistryFailure.
   *
   * @param complete sets method, headers and body; asked anew for each attempt
   */
  HttpResponse<InputStream> send(
      String what, UnaryOperator<HttpRequest.Builder> complete, Set<Integer> wanted)
      throws IOException {
    for (var attempt = 1; ; attempt++) {
      try {
        return sendOnce(uri(what), complete, wanted);
      } catch (RegistryFailure e) {
        if (!e.mayPass() || attempt >= wire.settings().attempts()) {
          throw e;
        }
        Pauses.before(attempt, FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  /** Without another try after failures that may pass: for what must not be said twice. */
  HttpResponse<InputStream> sendOnce(
      URI uri, UnaryOperator<HttpRequest.Builder> complete, Set<Integer> wanted)
      throws IOException {
    var again = false;
    for (; ; ) {
      var request = complete.apply(wire.request(uri));
      access.header(scope).ifPresent(header -> request.setHeader("Authorization", header));
      var built = request.build();
      var response = redirected(wire.send(built, door.host()), complete, wanted);
      if (wanted.contains(response.statusCode())) {
        return response;
      }
      byte[] said;
      try (var body = response.body()) {
        said = body.readNBytes(MOST_BYTES_OF_ERROR);
      }
      if (response.statusCode() == 401 && access.learn(response, scope, again)) {
        again = true;
        continue;
      }
      waitAsTold(response);
      throw Refusals.of(built, response.statusCode(), said);
    }
  }

  /** Where blobs are kept elsewhere. What was shown here is nobody's business there. */
  private HttpResponse<InputStream> redirected(
      HttpResponse<InputStream> first,
      UnaryOperator<HttpRequest.Builder> complete,
      Set<Integer> wanted)
      throws IOException {
    var response = first;
    for (var i = 0;
        ELSEWHERE.contains(response.statusCode()) && !wanted.contains(response.statusCode());
        i++) {
      response.body().close();
      var location = response.headers().firstValue("Location").orElse("");
      var next = response.uri().resolve(location);
      if (i >= MOST_REDIRECTIONS || location.isEmpty()) {
        throw new RegistryFailure(Kind.OTHER, "stopped after %d redirects".formatted(i));
      }
      if ("https".equals(response.uri().getScheme())
          && !"https".equals(next.getScheme())
          && !Host.of(next).mayBeInsecure(wire.settings().insecure())) {
        throw new RegistryFailure(
            Kind.OTHER, "refusing to follow a redirection from TLS to %s".formatted(next));
      }
      var request = complete.apply(wire.request(next));
      if (Host.of(next).equals(Host.of(response.uri()))) {
        access.header(scope).ifPresent(header -> request.setHeader("Authorization", header));
      }
      response = wire.send(request.build());
    }
    return response;
  }

  private static void waitAsTold(HttpResponse<?> response) throws IOException {
    var seconds = response.headers().firstValue("Retry-After").orElse("");
    if ((response.statusCode() == 429 || response.statusCode() == 503)
        && seconds.matches("[0-9]{1,4}")) {
      Pauses.millis(Math.min(LONGEST_PAUSE_MILLIS, 1000L * Integer.parseInt(seconds)));
    }
  }
}
