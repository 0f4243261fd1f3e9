package io.gantry.agent.docker;

import akka.util.ByteString;
import io.gantry.agent.Credentials;
import io.gantry.agent.Secret;
import io.gantry.agent.docker.json.JsonObject;
import java.util.Base64;
import java.util.Optional;

/**
 * What a client shows for registries: the header X-Registry-Auth, JSON in Base64 of either alphabet
 * with or without padding. Clients send {} and nonsense for "nobody", and dockerd takes both so.
 */
final class RegistryAuth {
  private static final int LONGEST = 64 << 10;

  private RegistryAuth() {}

  static Credentials of(Call call) {
    return call.header("X-Registry-Auth").flatMap(RegistryAuth::decode).orElse(Credentials.NONE);
  }

  static Optional<Credentials> decode(String header) {
    try {
      var text = header.strip().replace('+', '-').replace('/', '_').replaceAll("=+$", "");
      if (text.isEmpty() || text.length() > LONGEST) {
        return Optional.empty();
      }
      return Optional.of(
          read(JsonObject.parse(ByteString.fromArray(Base64.getUrlDecoder().decode(text)))));
    } catch (IllegalArgumentException | Refusal e) {
      return Optional.empty();
    }
  }

  static Credentials read(JsonObject json) {
    var username = json.textOr("username", "");
    var password = json.textOr("password", "");
    var auth = json.textOr("auth", "");
    if (username.isEmpty() && !auth.isEmpty()) {
      var pair = pair(auth);
      var colon = pair.indexOf(':');
      if (colon > 0) {
        username = pair.substring(0, colon);
        password = pair.substring(colon + 1).replaceAll("\u0000+$", "");
      }
    }
    return new Credentials(
        username,
        new Secret(password),
        new Secret(json.textOr("identitytoken", "")),
        new Secret(json.textOr("registrytoken", "")),
        json.textOr("serveraddress", ""));
  }

  /** The form of Docker's configuration file: name and password in Base64. */
  private static String pair(String auth) {
    return new String(Base64.getDecoder().decode(auth), java.nio.charset.StandardCharsets.UTF_8);
  }
}
