package io.gantry.agent.socket;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections of one address and hands each to a consumer, on a virtual thread of its own,
 * from {@link #bind} until {@link #close}. Connections that were accepted outlive it.
 */
public final class SocketListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SocketListener.class);

  private final ListenAddress address;
  private final ServerSocketChannel server;
  private final Optional<TlsHandshake> tls;
  private final Consumer<Connection> handler;
  private final Places places = new Places();
  private long saidFull = System.nanoTime() - 2_000_000_000L; // of the accepting thread

  private SocketListener(
      ListenAddress address,
      ServerSocketChannel server,
      Optional<TlsHandshake> tls,
      Consumer<Connection> handler) {
    this.address = address;
    this.server = server;
    this.tls = tls;
    this.handler = handler;
  }

  /**
   * How to listen.
   *
   * @param group may use a unix socket besides its owner; empty: the owner only
   * @param tls for TCP. Without it TCP is for loopback addresses only
   * @param protocols names for ALPN, "h2" or "http/1.1"
   */
  public record Options(
      Optional<String> group, Optional<? extends ServerTls> tls, List<String> protocols) {}

  /**
   * A stale socket file is replaced; one that somebody answers on is not.
   *
   * @param handler called on a virtual thread per connection; owns the connection
   */
  public static SocketListener bind(
      ListenAddress address, Options options, Consumer<Connection> handler) throws IOException {
    if (!address.local() && options.tls().isEmpty()) {
      throw new IOException(
          "cannot listen on %s: an address other than loopback needs TLS with client certificates"
              .formatted(address));
    }
    Optional<TlsHandshake> tls;
    try {
      tls = options.tls().isEmpty() ? Optional.empty() : Optional.of(handshake(options));
    } catch (GeneralSecurityException failure) {
      throw new IOException(
          "cannot listen on %s: cannot read the TLS files: %s"
              .formatted(address, failure.getMessage()),
          failure);
    }
    ServerSocketChannel server =
        switch (address) {
          case ListenAddress.Unix(var path) -> bindUnix(path, options.group());
          case ListenAddress.Tcp(var socket) -> bindTcp(socket);
        };
    var listener = new SocketListener(address, server, tls, handler);
    Thread.ofVirtual().name("accept " + address).start(listener::acceptAll);
    return listener;
  }

  private static TlsHandshake handshake(Options options)
      throws IOException, GeneralSecurityException {
    var tls = options.tls().orElseThrow();
    return new TlsHandshake(tls.context(), options.protocols(), tls.certificateNeeded());
  }

  /** The address as bound: a TCP port 0 has become the one that was given. */
  public ListenAddress address() {
    try {
      return server.getLocalAddress() instanceof InetSocketAddress bound
          ? new ListenAddress.Tcp(bound)
          : address;
    } catch (IOException closed) {
      return address;
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      if (address instanceof ListenAddress.Unix(var path)) {
        Files.deleteIfExists(path);
      }
    } catch (IOException failure) {
      LOG.warn("cannot close {}: {}", address, failure.getMessage());
    }
  }

  private static ServerSocketChannel bindUnix(Path path, Optional<String> group)
      throws IOException {
    removeStale(path);
    var parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), 512);
      var mode = group.isPresent() ? "rw-rw----" : "rw-------";
      if (group.isPresent()) {
        var lookup = path.getFileSystem().getUserPrincipalLookupService();
        Files.getFileAttributeView(path, PosixFileAttributeView.class)
            .setGroup(lookup.lookupPrincipalByGroupName(group.get()));
      }
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      return server;
    } catch (IOException failure) {
      server.close();
      throw new IOException(
          "cannot listen on unix://%s: %s".formatted(path, failure.getMessage()), failure);
    }
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException("cannot listen on unix://%s: it is not a socket".formatted(path));
    }
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new BindException("cannot listen on unix://%s: another process does".formatted(path));
    } catch (BindException inUse) {
      throw inUse;
    } catch (IOException _) {
      // Nobody answers: left behind by an agent that was killed.
      Files.delete(path);
    }
  }

  private static ServerSocketChannel bindTcp(InetSocketAddress socket) throws IOException {
    var server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(socket, 512);
      return server;
    } catch (IOException failure) {
      server.close();
      throw new IOException(
          "cannot listen on tcp:/%s: %s".formatted(socket, failure.getMessage()), failure);
    }
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        var channel = server.accept();
        if (places.take()) {
          Thread.ofVirtual().name("connection").start(() -> serve(channel));
        } else {
          channel.close();
          sayFull();
        }
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException failure) {
        // Out of descriptors, mostly: those that are open now will be closed some day.
        LOG.warn("cannot accept on {}: {}", address, failure.getMessage());
        LockSupport.parkNanos(100_000_000);
      }
    }
  }

  /** Once a second at most: whoever fills all places fills no disk with it. */
  private void sayFull() {
    var now = System.nanoTime();
    if (now - saidFull > 1_000_000_000L) {
      saidFull = now;
      LOG.warn("{} has {} connections: more are refused", address, places.count());
    }
  }

  private void serve(SocketChannel channel) {
    var peer = peer(channel);
    var connection = Optional.<Connection>empty();
    try {
      connection = Optional.of(places.holding(connection(channel)));
      handler.accept(connection.get());
    } catch (IOException | RuntimeException failure) {
      LOG.info("connection of {} on {} refused: {}", peer, address, failure.getMessage());
      connection.ifPresentOrElse(Connection::close, () -> drop(channel));
    }
  }

  private void drop(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
    places.giveBack();
  }

  private static String peer(SocketChannel channel) {
    try {
      return channel.getRemoteAddress() instanceof InetSocketAddress tcp
          ? tcp.getAddress().getHostAddress()
          : "a local process";
    } catch (IOException gone) {
      return "a client that is gone";
    }
  }

  private Connection connection(SocketChannel channel) throws IOException {
    return switch (address) {
      case ListenAddress.Unix _ ->
          new ChannelConnection(channel, PeerCredentials.principal(channel));
      case ListenAddress.Tcp _ -> {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (tls.isPresent()) {
          yield tls.get().shake(channel);
        }
        var peer = (InetSocketAddress) channel.getRemoteAddress();
        yield new ChannelConnection(
            channel, "tcp:%s:%d".formatted(peer.getAddress().getHostAddress(), peer.getPort()));
      }
    };
  }
}
