package io.gantry.agent.socket;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a certificate of a trusted authority. Bounded in time whatever the client
 * sends; a client that is refused hears why as far as TLS has words for it, and one that does not
 * speak TLS at all hears so in HTTP.
 */
final class TlsHandshake {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final int TLS_HANDSHAKE = 22;
  private static final byte[] NOT_TLS =
      ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
              + "Connection: close\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final SSLContext context;
  private final List<String> protocols;
  private final boolean certificateNeeded;
  private final Duration patience;

  /** {@code certificateNeeded}: whether one without is let in, as a stranger. */
  TlsHandshake(SSLContext context, List<String> protocols, boolean certificateNeeded) {
    this(context, protocols, certificateNeeded, PATIENCE);
  }

  TlsHandshake(SSLContext context, List<String> protocols, Duration patience) {
    this(context, protocols, true, patience);
  }

  private TlsHandshake(
      SSLContext context, List<String> protocols, boolean certificateNeeded, Duration patience) {
    this.context = context;
    this.protocols = protocols;
    this.certificateNeeded = certificateNeeded;
    this.patience = patience;
  }

  /** Fails with a message that says why this client is not let in. The channel is then closed. */
  Connection shake(SocketChannel channel) throws IOException {
    var deadline =
        Thread.ofVirtual().name("tls-deadline").start(() -> closeAfter(channel, patience));
    var started = System.nanoTime();
    try {
      return secured(channel);
    } catch (IOException failure) {
      var late = System.nanoTime() - started >= patience.toNanos();
      throw new IOException(
          late
              ? "the client has not finished its TLS handshake within %d s"
                  .formatted(patience.toSeconds())
              : reason(failure),
          failure);
    } finally {
      deadline.interrupt();
    }
  }

  private Connection secured(SocketChannel channel) throws IOException {
    var first = ByteBuffer.allocate(1);
    if (channel.read(first) < 0) {
      throw new IOException("the client has closed before its TLS handshake");
    }
    if (first.get(0) != TLS_HANDSHAKE) {
      channel.write(ByteBuffer.wrap(NOT_TLS));
      letItBeRead(channel);
      throw new IOException("the client does not speak TLS");
    }
    var seen = new ByteArrayInputStream(first.array());
    var socket = (SSLSocket) context.getSocketFactory().createSocket(channel.socket(), seen, false);
    if (certificateNeeded) {
      socket.setNeedClientAuth(true);
    } else {
      socket.setWantClientAuth(true);
    }
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
      return new TlsConnection(channel, socket);
    } catch (IOException failure) {
      letItBeRead(channel);
      throw failure;
    }
  }

  /**
   * What the client has sent behind its certificate is read away for a moment: closing with it
   * unread makes the kernel reset the connection, and the client never hears the reason.
   */
  private static void letItBeRead(SocketChannel channel) {
    var end = Thread.ofVirtual().name("tls-linger").start(() -> closeAfter(channel, LINGER));
    try {
      channel.shutdownOutput();
      var dropped = ByteBuffer.allocate(1024);
      while (channel.read(dropped) >= 0) {
        dropped.clear();
      }
    } catch (IOException _) {
      // It is gone, or its time is over.
    } finally {
      end.interrupt();
      close(channel);
    }
  }

  private static void closeAfter(SocketChannel channel, Duration time) {
    LockSupport.parkNanos(time.toNanos());
    if (!Thread.interrupted()) {
      close(channel);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // The descriptor is gone either way.
    }
  }

  /** In words that name the certificate's fault; the JDK's own are about paths and anchors. */
  private static String reason(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = next(cause)) {
      if (cause instanceof CertificateExpiredException) {
        return "the client's certificate has expired (%s)".formatted(cause.getMessage());
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "the client's certificate is not valid yet (%s)".formatted(cause.getMessage());
      }
      if (cause instanceof CertPathBuilderException) {
        return "the client's certificate is of no authority that this agent trusts";
      }
      if (cause instanceof SSLException && text(cause).endsWith("Empty client certificate chain")) {
        return "the client has shown no certificate";
      }
    }
    return text(failure);
  }

  private static @Nullable Throwable next(Throwable cause) {
    return cause.getCause() == cause ? null : cause.getCause();
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
