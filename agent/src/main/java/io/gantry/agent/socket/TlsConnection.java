package io.gantry.agent.socket;

import akka.util.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;

/** A TCP connection inside TLS whose client has shown a certificate that the server trusts. */
final class TlsConnection implements Connection {
  private static final int BUFFER_BYTES = 32 * 1024;

  private final SSLSocket socket;
  private final String principal;
  private final InputStream input;
  private final OutputStream output;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** Shakes hands; fails when the client's certificate is missing or not trusted. */
  TlsConnection(SSLSocket socket) throws IOException {
    this.socket = socket;
    socket.startHandshake();
    var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    principal = "tls:" + certificate.getSubjectX500Principal().getName();
    input = socket.getInputStream();
    output = socket.getOutputStream();
  }

  @Override
  public String principal() {
    return principal;
  }

  @Override
  public ByteString read() throws IOException {
    var count = input.read(buffer);
    return count < 0 ? ByteString.emptyByteString() : ByteString.fromArray(buffer, 0, count);
  }

  @Override
  public void write(ByteString bytes) throws IOException {
    output.write(bytes.toArrayUnsafe());
  }

  @Override
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // The descriptor is gone either way, and nobody is left to be told.
    }
  }
}
