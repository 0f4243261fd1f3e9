package io.gantry.agent.host.runtime;

import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.kernel.SeqPacket;
import io.gantry.agent.host.kernel.SystemCallFailed;
import io.gantry.agent.host.netlink.UnixSocketDiagnosis;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * conmon's attach socket. Packets from it begin with the stream's number (2 stdout, 3 stderr);
 * packets to it are plain bytes.
 */
final class ConmonConsole implements Monitor.Console {
  private static final int LARGEST_PACKET = 1 + 8192;
  private static final int STDOUT_MARK = 2;
  private static final int STDERR_MARK = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long SHORTEST_PAUSE = 50_000;
  private static final long LONGEST_PAUSE = 5_000_000;
  private static final Logger LOG = LoggerFactory.getLogger(ConmonConsole.class);

  private final SeqPacket socket;
  private final ByteBuffer packet = ByteBuffer.allocate(LARGEST_PACKET);

  private ConmonConsole(SeqPacket socket) {
    this.socket = socket;
  }

  static ConmonConsole connect(Path socket) throws IOException {
    return new ConmonConsole(SeqPacket.connect(socket));
  }

  /**
   * Waits until conmon has accepted the connection, for what is printed before goes to the log
   * alone: a process that ends while its conmon gets no processor has ended before conmon looks. A
   * conmon that does not accept for seconds, or a kernel that cannot tell, is not waited for.
   */
  ConmonConsole accepted() throws IOException {
    var until = System.nanoTime() + PATIENCE.toNanos();
    try (var diagnosis = UnixSocketDiagnosis.open()) {
      var pause = SHORTEST_PAUSE;
      while (!diagnosis.isAccepted(socket.inode())) {
        if (System.nanoTime() > until) {
          LOG.warn("conmon does not accept a connection for {}", PATIENCE);
          return this;
        }
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    } catch (SystemCallFailed unknown) {
      LOG.debug("cannot tell whether conmon has accepted a connection", unknown);
    }
    return this;
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
