package io.gantry.agent.docker.http;

import javax.net.ssl.SSLContext;

/**
 * TLS in which the client must show a certificate that {@code context}'s trust manager accepts.
 * Whoever has one may do everything.
 */
public record Tls(SSLContext context) {
  @Override
  public String toString() {
    return "Tls";
  }
}
