package io.gantry.agent.socket;

import akka.util.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;

/** A unix or plain TCP connection over a JDK channel. */
final class ChannelConnection implements Connection {
  private static final int BUFFER_BYTES = 32 * 1024;

  private final SocketChannel channel;
  private final String principal;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

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
    buffer.clear();
    if (channel.read(buffer) < 0) {
      return ByteString.emptyByteString();
    }
    return ByteString.fromByteBuffer(buffer.flip());
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
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // The descriptor is gone either way, and nobody is left to be told.
    }
  }
}
