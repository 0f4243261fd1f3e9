package io.gantry.agent.image.registry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How this host speaks to registries.
 *
 * @param insecure "HOST[:PORT]" or "ADDRESS/BITS" of registries that may be spoken to without TLS
 *     or with a certificate that nobody vouches for; loopback always may
 * @param mirrors of docker.io, asked before it, in order
 * @param certificates directories of directories called "HOST[:PORT]" with *.crt (authorities),
 *     *.cert and *.key (this client), as Docker's certs.d
 * @param connect time for a connection
 * @param answer time from a request to the head of its answer
 * @param silence time without one byte after which a transfer is broken off
 * @param attempts of a request that fails for reasons that may pass
 */
public record RegistrySettings(
    Set<String> insecure,
    List<URI> mirrors,
    List<Path> certificates,
    Duration connect,
    Duration answer,
    Duration silence,
    int attempts) {
  public static final RegistrySettings DEFAULT =
      new RegistrySettings(
          Set.of(),
          List.of(),
          List.of(),
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          5);
}
