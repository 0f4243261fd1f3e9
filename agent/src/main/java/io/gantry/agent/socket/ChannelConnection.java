package io.gantry.agent.socket;

import akka.util.ByteString;
import io.gantry.agent.host.kernel.HangUp;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Optional;

/** A unix or plain TCP connection over a JDK channel. */
final class ChannelConnection implements Connection {
  /** Five thousand silent clients have one each; most requests are smaller. */
  private static final int SMALLEST_BUFFER = 1024;

  private static final int LARGEST_BUFFER = 64 * 1024;

  /**
   * For what all connections hold beyond the smallest buffer: one in which a peer is waited for,
   * and as much that was read and is not yet passed on. Where nothing is left a connection is slow,
   * not large.
   */
  private static final Budget BUFFERS = new Budget(14 << 20);

  private final SocketChannel channel;
  private final String principal;
  private int size = SMALLEST_BUFFER;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private long taken;
  private boolean closed;
  private Optional<HangUp> hangUp = Optional.empty();

  ChannelConnection(SocketChannel channel, String principal) {
    this.channel = channel;
    this.principal = principal;
  }

  @Override
  public String principal() {
    return principal;
  }

  @Override
  public ByteString read() throws IOException {
    // Held while it waits, so it is small until the peer has shown that it sends much.
    if (buffer.capacity() != size) {
      size = granted(size);
      buffer = ByteBuffer.allocate(size);
    }
    var count = channel.read(buffer.clear());
    if (count < 0) {
      return ByteString.emptyByteString();
    }
    if (count == size) {
      size = Math.min(size * 4, LARGEST_BUFFER);
    } else if (count < size / 4) {
      // Slowly: those who send much send some of it in small pieces.
      size = Math.max(size / 2, SMALLEST_BUFFER);
    }
    var bytes = new byte[count];
    buffer.flip().get(bytes);
    return ByteString.fromArrayUnsafe(bytes);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  private synchronized int granted(int wanted) {
    BUFFERS.giveBack(taken);
    var both = wanted == SMALLEST_BUFFER || closed ? 0L : 2L * wanted;
    var granted = BUFFERS.take(both);
    taken = granted ? both : 0;
    return granted ? wanted : SMALLEST_BUFFER;
  }

  @Override
  public void write(ByteString bytes) throws IOException {
    var buffers = new ArrayList<ByteBuffer>();
    bytes.getByteBuffers().forEach(buffers::add);
    var array = buffers.toArray(ByteBuffer[]::new);
    var last = array.length - 1;
    while (last >= 0 && array[last].hasRemaining()) {
      channel.write(array);
    }
  }

  @Override
  public void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void whenGone(Runnable gone) throws IOException {
    if (channel.getLocalAddress() instanceof UnixDomainSocketAddress) {
      synchronized (this) {
        if (channel.isOpen()) {
          hangUp = HangUp.of(channel, gone);
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      BUFFERS.giveBack(taken);
      taken = 0;
      hangUp.ifPresent(HangUp::close);
      hangUp = Optional.empty();
    }
    try {
      channel.close();
    } catch (IOException _) {
      // The descriptor is gone either way, and nobody is left to be told.
    }
  }
}
