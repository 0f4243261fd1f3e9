package io.gantry.agent.host.names;

import io.gantry.agent.host.NameSockets;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/**
 * {@link NameSockets} on a port that the kernel chooses, to which the namespace's own rules lead
 * what is sent to port 53: a container may run a name server of its own, on every address.
 */
public final class NamespaceSockets implements NameSockets {
  static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.11");
  private static final int ATTEMPTS = 16;
  private static final int BACKLOG = 64;

  @Override
  public Pair open(Path namespace) throws IOException {
    try (var target = Descriptor.open(namespace, 0)) {
      return NetworkNamespaces.in(target, NamespaceSockets::open);
    }
  }

  /** On a thread that is in the namespace, to which the sockets belong from then on. */
  private static Pair open() throws IOException {
    for (var attempt = 1; ; attempt++) {
      var connections = ServerSocketChannel.open(StandardProtocolFamily.INET);
      var datagrams = DatagramChannel.open(StandardProtocolFamily.INET);
      var pair = new Pair(datagrams, connections);
      try {
        connections.bind(new InetSocketAddress(ADDRESS, 0), BACKLOG);
        var port = ((InetSocketAddress) connections.getLocalAddress()).getPort();
        datagrams.bind(new InetSocketAddress(ADDRESS, port));
        connections.configureBlocking(false);
        datagrams.configureBlocking(false);
        Redirection.write(ADDRESS, port);
        return pair;
      } catch (BindException taken) {
        pair.close();
        if (attempt == ATTEMPTS) {
          throw taken;
        }
      } catch (IOException | RuntimeException failed) {
        pair.close();
        throw failed;
      }
    }
  }
}
