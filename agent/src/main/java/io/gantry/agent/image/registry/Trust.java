package io.gantry.agent.image.registry;

import io.gantry.agent.socket.NativeCiphers;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom TLS trusts for one registry: the host's authorities and those in its directory of
 * certificates; anybody, where the registry may be insecure and has no such directory.
 */
final class Trust {
  private static final char[] NO_PASSWORD = new char[0];

  private Trust() {}

  static SSLContext of(Host host, Iterable<Path> directories, boolean anybody)
      throws IOException, GeneralSecurityException {
    var authorities = new ArrayList<Certificate>();
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    for (var directory : directories) {
      read(directory.resolve(host.name()), authorities, keys);
    }
    if (!anybody) { // else it is most likely spoken to without TLS
      NativeCiphers.load();
    }
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers(keys), trustManagers(authorities, anybody), null);
    return context;
  }

  private static void read(Path directory, List<Certificate> authorities, KeyStore keys)
      throws IOException, GeneralSecurityException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{crt,cert}")) {
      for (var file : files) {
        var name = file.getFileName().toString();
        if (name.endsWith(".crt")) {
          authorities.addAll(certificates(file));
        } else {
          var key = directory.resolve(name.substring(0, name.length() - 5) + ".key");
          keys.setKeyEntry(
              name, privateKey(key), NO_PASSWORD, certificates(file).toArray(Certificate[]::new));
        }
      }
    }
  }

  private static KeyManager @Nullable [] keyManagers(KeyStore keys)
      throws GeneralSecurityException {
    if (keys.size() == 0) {
      return null;
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager @Nullable [] trustManagers(
      List<Certificate> authorities, boolean anybody) throws IOException, GeneralSecurityException {
    if (authorities.isEmpty()) {
      return anybody ? new TrustManager[] {new Anybody()} : null;
    }
    // Both the host's authorities and the registry's own: Docker adds, it does not replace.
    var defaults = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    defaults.init((KeyStore) null);
    var all = KeyStore.getInstance("PKCS12");
    all.load(null, NO_PASSWORD);
    var index = 0;
    for (var manager : defaults.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        for (var issuer : x509.getAcceptedIssuers()) {
          all.setCertificateEntry("host-" + index++, issuer);
        }
      }
    }
    for (var authority : authorities) {
      all.setCertificateEntry("registry-" + index++, authority);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(all);
    return factory.getTrustManagers();
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (var input = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(input);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    var encoded = Base64.getMimeDecoder().decode(Pem.body(file, "PRIVATE KEY"));
    var spec = new PKCS8EncodedKeySpec(encoded);
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (GeneralSecurityException _) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }

  /** Docker's insecure registries: encrypted, with nobody vouching for the other end. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
