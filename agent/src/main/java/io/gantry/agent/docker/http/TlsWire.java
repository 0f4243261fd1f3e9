package io.gantry.agent.docker.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSocket;

/** A TLS connection. TLS 1.3 closes its directions one by one, as hijacked streams need. */
record TlsWire(SSLSocket socket) implements Wire {
  @Override
  public int read(ByteBuffer into) throws IOException {
    var read = socket.getInputStream().read(into.array(), into.arrayOffset(), into.remaining());
    if (read > 0) {
      into.position(into.position() + read);
    }
    return read;
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    var bytes = new byte[from.remaining()];
    from.get(bytes);
    socket.getOutputStream().write(bytes);
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
