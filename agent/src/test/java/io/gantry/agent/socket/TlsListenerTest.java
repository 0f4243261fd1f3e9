package io.gantry.agent.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.util.ByteString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsListenerTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path directory;
  private static KeyStore server;
  private static KeyStore client;
  private static KeyStore stranger;

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = identity("localhost");
    client = identity("ops");
    stranger = identity("stranger");
  }

  private static KeyStore identity(String name) throws Exception {
    var file = directory.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    var output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  private Path pem(String name, String kind, byte[] bytes) throws IOException {
    var text =
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(bytes));
    return Files.writeString(directory.resolve(name), text);
  }

  private SocketListener listening() throws Exception {
    var tls =
        new TlsSettings(
            pem("cert.pem", "CERTIFICATE", server.getCertificate("key").getEncoded()),
            pem("key.pem", "PRIVATE KEY", server.getKey("key", PASSWORD).getEncoded()),
            pem("ca.pem", "CERTIFICATE", client.getCertificate("key").getEncoded()));
    return SocketListener.bind(
        new ListenAddress.Tcp(new InetSocketAddress("127.0.0.1", 0)),
        new SocketListener.Options(Optional.empty(), Optional.of(tls), List.of("h2")),
        connection -> {
          try (connection) {
            connection.write(ByteString.fromString(connection.principal()));
            connection.endOutput();
          } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
          }
        });
  }

  private String talk(SocketListener listener, KeyStore identity) throws Exception {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(identity, PASSWORD);
    var known = KeyStore.getInstance("PKCS12");
    known.load(null, null);
    known.setCertificateEntry("server", server.getCertificate("key"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(known);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    var address = ((ListenAddress.Tcp) listener.address()).address();
    try (var socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
      socket.startHandshake();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aClientWithATrustedCertificateIsThePrincipalItNames() throws Exception {
    try (var listener = listening()) {
      assertThat(talk(listener, client)).isEqualTo("tls:CN=ops");
    }
  }

  @Test
  void aClientWithAnotherCertificateIsNotLetIn() throws Exception {
    try (var listener = listening()) {
      assertThatThrownBy(() -> talk(listener, stranger)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aClientWithoutACertificateIsNotLetIn() throws Exception {
    var none = KeyStore.getInstance("PKCS12");
    none.load(null, null);
    try (var listener = listening()) {
      assertThatThrownBy(() -> talk(listener, none)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void filesThatHoldNoKeyAreSaid() throws Exception {
    var wrong = Files.writeString(directory.resolve("wrong.pem"), "nothing");
    var tls = new TlsSettings(wrong, wrong, wrong);
    assertThatThrownBy(tls::context)
        .isInstanceOfAny(IOException.class, java.security.GeneralSecurityException.class)
        .hasMessageContaining("wrong.pem");
  }

  @Test
  void aClientThatSpeaksHttpHearsThatTlsIsExpected() throws Exception {
    try (var listener = listening()) {
      var address = ((ListenAddress.Tcp) listener.address()).address();
      try (var socket = new java.net.Socket(address.getAddress(), address.getPort())) {
        socket.getOutputStream().write("GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
            .startsWith("HTTP/1.1 400 ")
            .endsWith("Client sent an HTTP request to an HTTPS server.\n");
      }
    }
  }

  @Test
  void aClientThatNeverFinishesItsHandshakeIsLetGo() throws Exception {
    try (var server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
        var client = SocketChannel.open(server.getLocalAddress());
        var accepted = server.accept()) {
      client.write(ByteBuffer.wrap(new byte[] {22}));
      var handshake =
          new TlsHandshake(SSLContext.getDefault(), List.of("h2"), Duration.ofMillis(50));
      assertThatThrownBy(() -> handshake.shake(accepted))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the client has not finished its TLS handshake within");
      assertThat(accepted.isOpen()).isFalse();
    }
  }
}
