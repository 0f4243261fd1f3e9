package io.gantry.agent.image.registry;

import io.gantry.agent.Credentials;
import io.gantry.agent.Secret;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one client shows to one registry: nothing, name and password, or tokens that the registry's
 * own token service gives for them (Docker Registry token authentication; OCI distribution-spec,
 * "Authorization"). Remembers what the registry asked for and the tokens that are good yet.
 */
final class Access {
  private static final long SOONEST_SECONDS = 60;
  private static final long MARGIN_SECONDS = 10;
  private static final int MOST_BYTES = 1 << 20;

  private record Token(Secret value, long untilNanos) {
    boolean isGood() {
      return untilNanos - System.nanoTime() > 0;
    }
  }

  private final Wire wire;
  private final Credentials credentials;
  private final boolean mayBeInsecure;
  private final Map<Scope, Token> tokens = new ConcurrentHashMap<>();
  private volatile Optional<Challenge> asked = Optional.empty();

  Access(Wire wire, Credentials credentials, boolean mayBeInsecure) {
    this.wire = wire;
    this.credentials = credentials;
    this.mayBeInsecure = mayBeInsecure;
  }

  /** The header Authorization for a request, as far as it is known what the registry wants. */
  Optional<String> header(Scope scope) throws IOException {
    if (credentials.registryToken().isGiven()) {
      return Optional.of("Bearer " + credentials.registryToken().value());
    }
    var challenge = asked;
    if (challenge.isEmpty()) {
      return Optional.empty();
    }
    return challenge.get().scheme().equals("basic")
        ? Optional.of(basic())
        : Optional.of("Bearer " + token(challenge.get(), scope).value());
  }

  /**
   * Takes note of what a registry answered 401 with. False: there is nothing to try again with.
   *
   * @throws RegistryFailure when it wants what this client does not have
   */
  boolean learn(HttpResponse<?> refusal, Scope scope, boolean again) throws RegistryFailure {
    var challenges = Challenge.parse(refusal.headers().allValues("WWW-Authenticate"));
    var best =
        challenges.stream()
            .filter(challenge -> challenge.scheme().equals("bearer"))
            .findFirst()
            .or(() -> challenges.stream().filter(one -> one.scheme().equals("basic")).findFirst());
    if (best.isEmpty()) {
      return false;
    }
    if (again) {
      // It has seen what there is to show: only a new token may help, and only once.
      return false;
    }
    if (best.get().scheme().equals("basic")
        && (credentials.username().isEmpty() || !credentials.password().isGiven())) {
      throw new RegistryFailure(
          Kind.NO_CREDENTIALS,
          "%s \"%s\": no basic auth credentials"
              .formatted(title(refusal.request().method()), refusal.uri()));
    }
    tokens.remove(scope);
    asked = best;
    return true;
  }

  static String title(String method) {
    return method.charAt(0) + method.substring(1).toLowerCase(java.util.Locale.ROOT);
  }

  private String basic() {
    var pair = credentials.username() + ":" + credentials.password().value();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private Secret token(Challenge challenge, Scope scope) throws IOException {
    var known = tokens.get(scope);
    if (known != null && known.isGood()) {
      return known.value();
    }
    var token = fetch(challenge, scope);
    tokens.put(scope, token);
    return token.value();
  }

  private Token fetch(Challenge challenge, Scope scope) throws IOException {
    var realm = realm(challenge);
    var wanted = scope.text().isEmpty() ? List.<String>of() : List.of(scope.text().split(" "));
    var request =
        credentials.identityToken().isGiven()
            ? exchange(realm, challenge, wanted)
            : ask(realm, challenge, wanted);
    try (var body = wire.send(request).body()) {
      return read(request, body.readNBytes(MOST_BYTES));
    }
  }

  private static Token read(HttpRequest request, byte[] answer) throws IOException {
    var json = RegistryJson.object(answer, "the token service's answer");
    var token = json.path("token").asText(json.path("access_token").asText(""));
    if (token.isEmpty()) {
      throw Refusals.of(request, 401, answer);
    }
    var seconds = Math.max(SOONEST_SECONDS, json.path("expires_in").asLong(SOONEST_SECONDS));
    return new Token(
        new Secret(token),
        System.nanoTime() + (Math.min(seconds, 86_400) - MARGIN_SECONDS) * 1_000_000_000L);
  }

  private HttpRequest ask(URI realm, Challenge challenge, List<String> scopes) {
    var query = new StringBuilder();
    add(query, "account", credentials.username());
    scopes.forEach(one -> add(query, "scope", one));
    add(query, "service", challenge.parameter("service"));
    var joined = realm.getRawQuery() == null ? "?" : "&";
    var request = wire.request(URI.create(realm + joined + query)).GET();
    if (!credentials.username().isEmpty() && credentials.password().isGiven()) {
      request.setHeader("Authorization", basic());
    }
    return request.build();
  }

  /** OAuth 2 with what `docker login` was given in place of a password. */
  private HttpRequest exchange(URI realm, Challenge challenge, List<String> scopes) {
    var form = new StringBuilder();
    add(form, "grant_type", "refresh_token");
    add(form, "refresh_token", credentials.identityToken().value());
    add(form, "service", challenge.parameter("service"));
    add(form, "client_id", "docker");
    add(form, "scope", String.join(" ", scopes));
    return wire.request(realm)
        .setHeader("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
        .build();
  }

  private static void add(StringBuilder query, String name, String value) {
    if (!value.isEmpty()) {
      query.append(query.isEmpty() ? "" : "&").append(name).append('=');
      query.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  /** Passwords go nowhere that a registry without TLS could have named at will. */
  private URI realm(Challenge challenge) throws RegistryFailure {
    try {
      var realm = URI.create(challenge.parameter("realm"));
      var plain = "http".equals(realm.getScheme());
      if (realm.getHost() == null || (!plain && !"https".equals(realm.getScheme()))) {
        throw new IllegalArgumentException("no URL");
      }
      if (plain && !mayBeInsecure && !Host.of(realm).mayBeInsecure(wire.settings().insecure())) {
        throw new RegistryFailure(
            Kind.OTHER, "refusing to send credentials to %s without TLS".formatted(realm));
      }
      return realm;
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure(
          Kind.OTHER,
          "the registry names no usable token service: realm=\"%s\""
              .formatted(challenge.parameter("realm")),
          e);
    }
  }
}
