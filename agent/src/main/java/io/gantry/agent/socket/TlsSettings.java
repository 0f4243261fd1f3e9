package io.gantry.agent.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Files for TLS with client certificates, all PEM.
 *
 * @param certificate the server's, its own first, then the chain
 * @param key the server's, PKCS#8 ("BEGIN PRIVATE KEY")
 * @param clientAuthorities certificates of the authorities whose clients are let in
 */
public record TlsSettings(Path certificate, Path key, Path clientAuthorities) implements ServerTls {
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_END = "-----END PRIVATE KEY-----";
  private static final char[] NO_PASSWORD = new char[0];

  @Override
  public SSLContext context() throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    keys.setKeyEntry(
        "server", privateKey(), NO_PASSWORD, certificates(certificate).toArray(Certificate[]::new));
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, NO_PASSWORD);

    var authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, NO_PASSWORD);
    var index = 0;
    for (var authority : certificates(clientAuthorities)) {
      authorities.setCertificateEntry("authority-" + index++, authority);
    }
    var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(authorities);

    NativeCiphers.load();
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (var input = Files.newInputStream(file)) {
      var found = CertificateFactory.getInstance("X.509").generateCertificates(input);
      if (found.isEmpty()) {
        throw new IOException("no certificate in " + file);
      }
      return found;
    }
  }

  private PrivateKey privateKey() throws IOException, GeneralSecurityException {
    var text = Files.readString(key);
    var begin = text.indexOf(KEY_BEGIN);
    var end = text.indexOf(KEY_END);
    if (begin < 0 || end < begin) {
      throw new IOException("no PKCS#8 private key (\"BEGIN PRIVATE KEY\") in " + key);
    }
    var encoded = Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
    var spec = new PKCS8EncodedKeySpec(encoded);
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (GeneralSecurityException _) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }
}
