package io.gantry.agent.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Carries connections that reach a held port's own socket into the container. Nearly all traffic
 * never gets here, because the firewall turns it before; what it cannot turn is the host's ::1,
 * which may not leave the host, and IP version 6 for a container that has only version 4. Ends with
 * the socket.
 */
final class Relay {
  private static final int MOST_AT_ONCE = 512;
  private static final int BUFFER = 16 * 1024;
  private static final int PATIENCE_MILLIS = 5000;
  private static final long PAUSE_NANOS = 100_000_000;

  private Relay() {}

  /**
   * {@code target} empty: nobody is there, the connection is closed.
   *
   * @return the socket's reader
   */
  static Thread serve(ServerSocketChannel socket, Supplier<Optional<InetSocketAddress>> target) {
    return Thread.ofVirtual().name("relay").start(() -> accept(socket, target));
  }

  private static void accept(
      ServerSocketChannel socket, Supplier<Optional<InetSocketAddress>> target) {
    var places = new Semaphore(MOST_AT_ONCE);
    while (socket.isOpen()) {
      try {
        places.acquire();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        var caller = socket.accept();
        Thread.ofVirtual()
            .name("relay")
            .start(
                () -> {
                  try {
                    carry(caller, target.get());
                  } finally {
                    places.release();
                  }
                });
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException failed) {
        // Out of descriptors, mostly: those that are open now will be closed some day.
        places.release();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static void carry(SocketChannel caller, Optional<InetSocketAddress> target) {
    try (caller;
        var container = SocketChannel.open()) {
      if (target.isEmpty()) {
        return;
      }
      container.socket().connect(target.get(), PATIENCE_MILLIS);
      caller.setOption(StandardSocketOptions.TCP_NODELAY, true);
      container.setOption(StandardSocketOptions.TCP_NODELAY, true);
      var back = Thread.ofVirtual().name("relay").start(() -> pour(container, caller));
      pour(caller, container);
      back.join();
    } catch (IOException over) {
      // Either end may go at any time; the other hears of it by the close.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** To the end of the one, which becomes the end of the other's input. */
  private static void pour(SocketChannel from, SocketChannel to) {
    var buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException already) {
      // It was broken before.
    }
  }
}
