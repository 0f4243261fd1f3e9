package io.gantry.agent.host.names;

import io.gantry.agent.host.NameSockets;
import io.gantry.agent.host.kernel.Datagrams;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link NameSockets} on a port that the kernel chooses, to which the namespace's own rules lead
 * what is sent to port 53: a container may run a name server of its own, on every address.
 */
public final class NamespaceSockets implements NameSockets {
  static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.11");
  private static final Logger LOG = LoggerFactory.getLogger(NamespaceSockets.class);
  private static final int ATTEMPTS = 16;
  private static final int BACKLOG = 64;

  @Override
  public Pair open(Path namespace, Optional<Descriptor> kept) throws IOException {
    try (var target = Descriptor.open(namespace, 0)) {
      if (kept.isPresent()) {
        try {
          return NetworkNamespaces.in(target, () -> again(kept.get()));
        } catch (IOException unusable) {
          LOG.debug("sockets for names are made anew: {}", unusable.getMessage());
        }
      }
      return NetworkNamespaces.in(target, NamespaceSockets::open);
    }
  }

  /** The rules lead to it already. */
  private static Pair again(Descriptor kept) throws IOException {
    var datagrams = Datagrams.of(kept);
    try {
      if (!datagrams.address().getAddress().equals(ADDRESS)) {
        throw new IOException("what was kept is bound to " + datagrams.address());
      }
      return new Pair(datagrams, connections(datagrams.address().getPort()));
    } catch (IOException | RuntimeException failed) {
      datagrams.close();
      throw failed;
    }
  }

  /** On a thread that is in the namespace, to which the sockets belong from then on. */
  private static Pair open() throws IOException {
    for (var attempt = 1; ; attempt++) {
      var datagrams = Datagrams.bind(new InetSocketAddress(ADDRESS, 0));
      try {
        var port = datagrams.address().getPort();
        var connections = connections(port);
        try {
          Redirection.write(ADDRESS, port);
          return new Pair(datagrams, connections);
        } catch (IOException | RuntimeException failed) {
          connections.close();
          throw failed;
        }
      } catch (BindException taken) {
        datagrams.close();
        if (attempt == ATTEMPTS) {
          throw taken;
        }
      } catch (IOException | RuntimeException failed) {
        datagrams.close();
        throw failed;
      }
    }
  }

  private static ServerSocketChannel connections(int port) throws IOException {
    var connections = ServerSocketChannel.open(StandardProtocolFamily.INET);
    try {
      connections.bind(new InetSocketAddress(ADDRESS, port), BACKLOG);
      connections.configureBlocking(false);
      return connections;
    } catch (IOException | RuntimeException failed) {
      connections.close();
      throw failed;
    }
  }
}
