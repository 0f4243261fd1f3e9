package io.gantry.cluster.authority;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What a host shows and whom it believes.
 *
 * @param authority whose certificates are believed
 * @param certificate this host's own
 * @param revoked ids of hosts whose certificates are not believed any more
 */
public record Credentials(
    X509Certificate authority, X509Certificate certificate, PrivateKey key, Set<String> revoked) {
  /** When two thirds of its time are over there is a third left to try. */
  public boolean renewalDue(Instant now, Duration lifetime) {
    var expires = certificate.getNotAfter().toInstant();
    return !now.isBefore(expires.minus(lifetime.dividedBy(3)));
  }

  @Override
  public String toString() {
    return "credentials of " + HostName.of(certificate);
  }
}
