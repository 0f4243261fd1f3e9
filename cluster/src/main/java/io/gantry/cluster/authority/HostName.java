package io.gantry.cluster.authority;

import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * Whose certificate it is.
 *
 * @param host its id; the authority's certificate says something else here
 */
public record HostName(String host, String cluster) {
  /** As the certificate says; empty parts where it does not. */
  public static HostName of(X509Certificate certificate) {
    return parse(certificate.getSubjectX500Principal().getName()).orElse(new HostName("", ""));
  }

  /** Reads a principal "tls:CN=...,O=...", as connections have it. */
  public static Optional<HostName> ofPrincipal(String principal) {
    return principal.startsWith("tls:") ? parse(principal.substring(4)) : Optional.empty();
  }

  private static Optional<HostName> parse(String distinguished) {
    try {
      var parts = new HashMap<String, String>();
      for (var part : new LdapName(distinguished).getRdns()) {
        parts.put(part.getType(), String.valueOf(part.getValue()));
      }
      return Optional.of(new HostName(parts.getOrDefault("CN", ""), parts.getOrDefault("O", "")));
    } catch (InvalidNameException _) {
      return Optional.empty();
    }
  }
}
