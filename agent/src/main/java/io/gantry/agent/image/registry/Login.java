package io.gantry.agent.image.registry;

import io.gantry.agent.Credentials;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.Set;

/** `docker login`: whether a registry takes a name and a password. */
final class Login {
  private final RegistryClient client;

  Login(RegistryClient client) {
    this.client = client;
  }

  void check(Credentials credentials) throws IOException {
    var registry = registry(credentials.serverAddress());
    var door = client.door(registry);
    // Never remembered: a password that was right once may be wrong now.
    var access =
        new Access(
            client.wire(),
            credentials,
            registry.mayBeInsecure(client.wire().settings().insecure()));
    var exchange = new Exchange(client.wire(), door, access, Scope.NONE);
    try {
      exchange.sendOnce(door.at(""), HttpRequest.Builder::GET, Set.of(200)).body().close();
    } catch (RegistryFailure e) {
      throw switch (e.kind()) {
        case UNAUTHORIZED, NO_CREDENTIALS, DENIED ->
            new RegistryFailure(
                Kind.UNAUTHORIZED,
                "login attempt to %s failed with status: 401 Unauthorized".formatted(door.at("")),
                e);
        case MANIFEST_UNKNOWN,
            NAME_UNKNOWN,
            BLOB_UNKNOWN,
            UNREACHABLE,
            OUT_OF_PLACE,
            PASSING,
            OTHER ->
            e;
      };
    }
  }

  /** What clients send is a host, or Docker's old address of its own registry. */
  static Host registry(String address) {
    var bare = address.replaceFirst("^https?://", "");
    var slash = bare.indexOf('/');
    var host = slash < 0 ? bare : bare.substring(0, slash);
    return new Host(
        host.isEmpty() || host.equals("index.docker.io") || host.equals("registry-1.docker.io")
            ? "docker.io"
            : host);
  }
}
