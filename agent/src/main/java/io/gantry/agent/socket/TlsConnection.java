package io.gantry.agent.socket;

import akka.util.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * A TCP connection inside TLS, whose client has shown a certificate that the server trusts if it
 * must.
 */
final class TlsConnection implements Connection {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final SocketChannel channel;
  private final SSLSocket socket;
  private final String principal;
  private final InputStream input;
  private final OutputStream output;

  /**
   * @param channel below {@code socket}, whose handshake is done
   */
  TlsConnection(SocketChannel channel, SSLSocket socket) throws IOException {
    this.channel = channel;
    this.socket = socket;
    principal = principal(socket);
    input = socket.getInputStream();
    output = socket.getOutputStream();
  }

  private static String principal(SSLSocket socket) {
    try {
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return "tls:" + certificate.getSubjectX500Principal().getName();
    } catch (SSLPeerUnverifiedException none) {
      return "%s%s:%d"
          .formatted(
              ServerTls.STRANGER, socket.getInetAddress().getHostAddress(), socket.getPort());
    }
  }

  @Override
  public String principal() {
    return principal;
  }

  @Override
  public ByteString read() throws IOException {
    // A silent connection holds no buffer: it waits for the first byte, what came with it follows.
    var first = input.read();
    if (first < 0) {
      return ByteString.emptyByteString();
    }
    var bytes = new byte[1 + Math.min(input.available(), BUFFER_BYTES)];
    bytes[0] = (byte) first;
    var count = bytes.length == 1 ? 0 : input.read(bytes, 1, bytes.length - 1);
    return ByteString.fromArray(bytes, 0, 1 + Math.max(count, 0));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    var bytes = new byte[Math.min(target.remaining(), BUFFER_BYTES)];
    var count = input.read(bytes);
    if (count > 0) {
      target.put(bytes, 0, count);
    }
    return count;
  }

  @Override
  public void write(ByteString bytes) throws IOException {
    output.write(bytes.toArrayUnsafe());
  }

  @Override
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Below TLS: closing above waits for a write that the client does not take. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // The descriptor is gone either way, and nobody is left to be told.
    }
  }
}
