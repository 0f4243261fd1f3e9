package io.gantry.cluster.authority;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes hosts that the cluster's authority vouches for, for as long as it does, and that were
 * not struck off. Which host is at which address does not matter: all of a cluster may do the same.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final Supplier<Credentials> credentials;
  private final Refusals refusals;

  PeerTrust(Supplier<Credentials> credentials, Refusals refusals) {
    this.credentials = credentials;
    this.refusals = refusals;
  }

  private void check(X509Certificate[] chain, String address) throws CertificateException {
    var known = credentials.get();
    try {
      if (chain.length == 0) {
        throw new CertificateException("it showed no certificate");
      }
      var host = HostName.of(chain[0]).host();
      if (known.revoked().contains(host)) {
        throw new CertificateException(
            "host %s does not belong to the cluster any more".formatted(host));
      }
      chain[0].checkValidity();
      var parameters = new PKIXParameters(Set.of(new TrustAnchor(known.authority(), null)));
      parameters.setRevocationEnabled(false); // there are no lists: hosts are struck off by name
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(chain[0])),
              parameters);
    } catch (CertPathValidatorException wrong) {
      refuse(chain[0], address, "the cluster's authority does not vouch for it");
    } catch (CertificateException wrong) {
      refuse(chain.length == 0 ? null : chain[0], address, String.valueOf(wrong.getMessage()));
    } catch (GeneralSecurityException broken) {
      refuse(chain[0], address, broken.toString());
    }
  }

  private void refuse(@Nullable X509Certificate shown, String address, String why)
      throws CertificateException {
    var reason =
        shown == null
            ? why
            : "certificate of %s: %s".formatted(shown.getSubjectX500Principal().getName(), why);
    refusals.refused(address, reason);
    throw new CertificateException(reason);
  }

  private static String address(Socket socket) {
    return socket.getRemoteSocketAddress() instanceof InetSocketAddress peer
        ? "%s:%d".formatted(peer.getAddress().getHostAddress(), peer.getPort())
        : "";
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, address(socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, address(socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, "");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, "");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, "");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, "");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[] {credentials.get().authority()};
  }
}
