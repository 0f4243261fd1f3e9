package io.gantry.agent.network;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall.PublishedPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Host ports held for containers. Each is held by a socket, so that no other program of the host
 * takes it while the firewall sends its traffic into a container; what still reaches the socket is
 * the {@link Relay}'s and the {@link DatagramRelay}'s.
 */
public final class PortPool implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Map<ContainerId, List<Held>> held = new ConcurrentHashMap<>();
  private final Map<ContainerId, List<InetAddress>> targets = new ConcurrentHashMap<>();
  private final Map<ContainerId, List<Thread>> relays = new ConcurrentHashMap<>();

  /** A port asked for. {@code first} 0: any free one; else one of {@code first} to {@code last}. */
  public record Wanted(
      InetAddress hostAddress, int first, int last, int containerPort, String protocol) {
    Wanted on(String address) {
      return address.isEmpty() || !hostAddress.isAnyLocalAddress()
          ? this
          : new Wanted(Subnet.address(address), first, last, containerPort, protocol);
    }
  }

  private record Held(PublishedPort port, Channel socket) {}

  /** All of them or none. What the container held before is given back. */
  public List<PublishedPort> take(ContainerId id, List<Wanted> wanted) throws IOException {
    release(id);
    // Read by others meanwhile, who want to know who has their port.
    var taken = new CopyOnWriteArrayList<Held>();
    held.put(id, taken);
    try {
      for (var one : wanted) {
        taken.add(bind(one));
      }
    } catch (IOException e) {
      release(id);
      throw e;
    }
    relays.put(id, taken.stream().flatMap(one -> relay(id, one).stream()).toList());
    return taken.stream().map(Held::port).toList();
  }

  public List<PublishedPort> held(ContainerId id) {
    return held.getOrDefault(id, List.of()).stream().map(Held::port).toList();
  }

  /** Where what arrives at a container's held sockets themselves is to go; nowhere before. */
  public void direct(ContainerId id, List<InetAddress> addresses) {
    if (held.containsKey(id)) {
      targets.put(id, List.copyOf(addresses));
    }
  }

  private Optional<Thread> relay(ContainerId id, Held one) {
    Supplier<Optional<InetSocketAddress>> target =
        () ->
            targets.getOrDefault(id, List.of()).stream()
                .findFirst()
                .map(address -> new InetSocketAddress(address, one.port().containerPort()));
    return switch (one.socket()) {
      case ServerSocketChannel connections -> Optional.of(Relay.serve(connections, target));
      case DatagramChannel datagrams -> Optional.of(DatagramRelay.serve(datagrams, target));
      default -> Optional.empty(); // none is held
    };
  }

  /** When it returns others can have the ports: a socket is closed only when its reader left it. */
  public void release(ContainerId id) {
    targets.remove(id);
    var gone = held.remove(id);
    if (gone != null) {
      gone.forEach(PortPool::close);
    }
    var readers = relays.remove(id);
    if (readers != null) {
      readers.forEach(Thread::interrupt);
      readers.forEach(PortPool::await);
    }
  }

  private static void await(Thread reader) {
    try {
      reader.join(PATIENCE);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Held bind(Wanted wanted) throws IOException {
    for (var port = wanted.first(); port <= Math.max(wanted.first(), wanted.last()); port++) {
      try {
        return bind(wanted, port);
      } catch (IOException e) {
        if (port >= wanted.last()) {
          throw refusal(wanted, e);
        }
      }
    }
    throw new IOException("empty port range " + wanted.first() + "-" + wanted.last());
  }

  private IOException refusal(Wanted wanted, IOException cause) {
    var address = wanted.hostAddress().getHostAddress();
    if (isHeldByContainer(wanted)) {
      return new IOException(
          "Bind for %s:%d failed: port is already allocated".formatted(address, wanted.first()),
          cause);
    }
    return new IOException(
        "failed to bind host port %s:%d/%s: %s"
            .formatted(
                address,
                wanted.first(),
                wanted.protocol(),
                String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT)),
        cause);
  }

  private boolean isHeldByContainer(Wanted wanted) {
    return held.values().stream()
        .flatMap(List::stream)
        .anyMatch(
            other ->
                other.port().hostPort() == wanted.first()
                    && other.port().protocol().equals(wanted.protocol()));
  }

  private static Held bind(Wanted wanted, int port) throws IOException {
    var address = new InetSocketAddress(wanted.hostAddress(), port);
    return switch (wanted.protocol()) {
      case "tcp" -> {
        var socket = ServerSocketChannel.open();
        yield new Held(published(wanted, bound(socket, address)), socket);
      }
      case "udp" -> {
        var socket = DatagramChannel.open();
        try {
          socket.setOption(StandardSocketOptions.SO_REUSEADDR, false).bind(address);
        } catch (IOException e) {
          socket.close();
          throw e;
        }
        yield new Held(
            published(wanted, ((InetSocketAddress) socket.getLocalAddress()).getPort()), socket);
      }
      // The JDK's SCTP channels need a kernel module; the firewall's own map is what keeps these
      // apart.
      default -> new Held(published(wanted, port), NONE);
    };
  }

  private static int bound(ServerSocketChannel socket, InetSocketAddress address)
      throws IOException {
    try {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.bind(address);
      return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static PublishedPort published(Wanted wanted, int port) {
    return new PublishedPort(wanted.hostAddress(), port, wanted.containerPort(), wanted.protocol());
  }

  private static void close(Held held) {
    try {
      held.socket().close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give back " + held.port(), e);
    }
  }

  @Override
  public void close() {
    List.copyOf(held.keySet()).forEach(this::release);
  }

  private static final Channel NONE =
      new Channel() {
        @Override
        public boolean isOpen() {
          return false;
        }

        @Override
        public void close() {}
      };
}
