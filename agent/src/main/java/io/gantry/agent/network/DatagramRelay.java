package io.gantry.agent.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What {@link Relay} is for connections, for datagrams: each caller has a socket of its own towards
 * the container, by which answers find back, until nothing came from there for a while. Where too
 * many call at once, those that come later are not heard; empty datagrams are not carried. Ends
 * with the socket.
 */
final class DatagramRelay {
  private static final int MOST_CALLERS = 256;
  private static final int LARGEST = 64 * 1024;
  private static final int IDLE_MILLIS = 60_000;

  private final DatagramChannel socket;
  private final Supplier<Optional<InetSocketAddress>> target;
  private final Map<SocketAddress, DatagramChannel> callers = new ConcurrentHashMap<>();

  private DatagramRelay(DatagramChannel socket, Supplier<Optional<InetSocketAddress>> target) {
    this.socket = socket;
    this.target = target;
  }

  /**
   * {@code target} empty: nobody is there, the datagram is lost.
   *
   * @return the socket's reader
   */
  static Thread serve(DatagramChannel socket, Supplier<Optional<InetSocketAddress>> target) {
    var relay = new DatagramRelay(socket, target);
    return Thread.ofVirtual().name("datagram-relay").start(relay::receive);
  }

  private void receive() {
    var buffer = ByteBuffer.allocate(LARGEST);
    try {
      while (socket.isOpen()) {
        var caller = socket.receive(buffer.clear());
        if (caller != null) {
          deliver(caller, buffer.flip());
        }
      }
    } catch (IOException closed) {
      // The port is given back.
    } finally {
      callers.values().forEach(DatagramRelay::close);
    }
  }

  /** Losing one is what a datagram has to reckon with. */
  private void deliver(SocketAddress caller, ByteBuffer datagram) {
    try {
      var known = callers.get(caller);
      if (known == null && callers.size() < MOST_CALLERS) {
        var place = target.get();
        if (place.isPresent()) {
          known = DatagramChannel.open().connect(place.get());
          callers.put(caller, known);
          answer(caller, known);
        }
      }
      if (known != null) {
        known.write(datagram);
      }
    } catch (IOException refused) {
      forget(caller);
    }
  }

  private void answer(SocketAddress caller, DatagramChannel container) {
    Thread.ofVirtual()
        .name("datagram-relay")
        .start(
            () -> {
              try {
                container.socket().setSoTimeout(IDLE_MILLIS);
                var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
                while (socket.isOpen()) {
                  packet.setLength(LARGEST);
                  container.socket().receive(packet);
                  socket.send(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), caller);
                }
              } catch (IOException over) {
                // Idle, refused, or the port is given back.
              } finally {
                forget(caller);
              }
            });
  }

  private void forget(SocketAddress caller) {
    var gone = callers.remove(caller);
    if (gone != null) {
      close(gone);
    }
  }

  private static void close(DatagramChannel channel) {
    try {
      channel.close();
    } catch (IOException already) {
      // It was broken before.
    }
  }
}
