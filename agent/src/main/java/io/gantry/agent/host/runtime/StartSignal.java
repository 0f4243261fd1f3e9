package io.gantry.agent.host.runtime;

import io.gantry.agent.host.kernel.Beneath;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.PolledChannel;
import io.gantry.agent.host.kernel.SystemCallFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a created container's process go on. Its init waits at one end of exec.fifo; the other end
 * is opened without waiting, so a dead init is noticed instead of waited for.
 */
final class StartSignal {
  static final String FIFO = "exec.fifo";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PAUSE_NANOS = 50_000;

  private StartSignal() {}

  static void send(Path directory, Flavour.Release release) throws IOException {
    var fifo = directory.resolve(FIFO);
    var writes = release == Flavour.Release.WRITE;
    var mode = (writes ? Beneath.O_WRONLY : Beneath.O_RDONLY) | Beneath.O_NONBLOCK;
    try (var channel = new PolledChannel(Descriptor.open(fifo, mode))) {
      if (writes) {
        channel.write(ByteBuffer.wrap(new byte[1]));
      } else {
        awaitWriter(channel, directory);
      }
    } catch (SystemCallFailed failed) {
      throw new IOException(
          "cannot start %s: not created, started already or ended (%s)"
              .formatted(directory.getFileName(), failed.getMessage()),
          failed);
    }
    Files.deleteIfExists(fifo);
  }

  /** An end before the init has opened its side is no end: it was waiting for this reader. */
  private static void awaitWriter(PolledChannel channel, Path directory) throws IOException {
    var byte_ = ByteBuffer.allocate(1);
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (channel.read(byte_, PATIENCE) < 0) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "cannot start %s: its process does not answer".formatted(directory.getFileName()));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
