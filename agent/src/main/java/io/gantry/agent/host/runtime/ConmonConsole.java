package io.gantry.agent.host.runtime;

import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.kernel.SeqPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * conmon's attach socket. Packets from it begin with the stream's number (2 stdout, 3 stderr);
 * packets to it are plain bytes.
 */
final class ConmonConsole implements Monitor.Console {
  private static final int LARGEST_PACKET = 1 + 8192;
  private static final int STDOUT_MARK = 2;
  private static final int STDERR_MARK = 3;

  private final SeqPacket socket;
  private final ByteBuffer packet = ByteBuffer.allocate(LARGEST_PACKET);

  private ConmonConsole(SeqPacket socket) {
    this.socket = socket;
  }

  static ConmonConsole connect(Path socket) throws IOException {
    return new ConmonConsole(SeqPacket.connect(socket));
  }

  @Override
  public Optional<Output> read() throws IOException {
    while (socket.read(packet.clear()) > 0) {
      packet.flip();
      var mark = packet.get();
      var bytes = new byte[packet.remaining()];
      packet.get(bytes);
      if (mark == STDOUT_MARK || mark == STDERR_MARK) {
        return Optional.of(new Output(mark - 1, bytes));
      }
    }
    return Optional.empty();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (var done = 0; done < length; ) {
      var step = Math.min(length - done, LARGEST_PACKET - 1);
      socket.write(ByteBuffer.wrap(bytes, offset + done, step));
      done += step;
    }
  }

  @Override
  public void closeInput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() {
    socket.close();
  }
}
