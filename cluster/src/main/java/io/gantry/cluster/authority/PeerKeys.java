package io.gantry.cluster.authority;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows, at each handshake, the certificate that the host has then. */
final class PeerKeys extends X509ExtendedKeyManager {
  private static final String ALIAS = "host";

  private final Supplier<Credentials> credentials;

  PeerKeys(Supplier<Credentials> credentials) {
    this.credentials = credentials;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    var known = credentials.get();
    return new X509Certificate[] {known.certificate(), known.authority()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return credentials.get().key();
  }

  private static @Nullable String alias(String... types) {
    for (var type : types) {
      if (type.startsWith("EC")) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(types);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(type);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(types);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(type);
  }

  @Override
  public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }
}
