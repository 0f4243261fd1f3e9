package io.gantry.cluster.authority;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS of a host that knows of a cluster nothing but the token: it believes the server whose chain
 * leads to the authority with the token's fingerprint, and shows no certificate.
 */
public final class FirstContact extends X509ExtendedTrustManager {
  private final String fingerprint;

  private FirstContact(String fingerprint) {
    this.fingerprint = fingerprint;
  }

  public static SSLContext context(JoinToken token) throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLSv1.3");
    var trust = new TrustManager[] {new FirstContact(token.fingerprint())};
    context.init(null, trust, new SecureRandom());
    return context;
  }

  /** Whether this is a chain of a host and the authority that vouches for it. */
  static Optional<String> wrong(X509Certificate[] chain, String fingerprint) {
    try {
      if (chain.length != 2 || !Authority.fingerprint(chain[1]).equals(fingerprint)) {
        return Optional.of("it does not belong to the cluster of this token");
      }
      chain[1].checkValidity();
      chain[0].verify(chain[1].getPublicKey());
      chain[0].checkValidity();
      return Optional.empty();
    } catch (GeneralSecurityException wrong) {
      return Optional.of(String.valueOf(wrong.getMessage()));
    }
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    var wrong = wrong(chain, fingerprint);
    if (wrong.isPresent()) {
      throw new CertificateException(wrong.get());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
