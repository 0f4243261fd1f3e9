package io.gantry.agent.host;

import io.gantry.agent.host.kernel.Datagrams;
import io.gantry.agent.host.kernel.Descriptor;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The sockets at which a container's questions for names arrive: 127.0.0.11, port 53, inside its
 * network namespace. While no agent serves them, questions by datagram wait in the socket where a
 * monitor keeps it, and get no answer at all where none does, so that resolvers ask again instead
 * of giving up.
 */
public interface NameSockets {
  /**
   * Opened on each call, in place of those an earlier agent had. The caller closes them.
   *
   * @param kept that of an earlier agent's datagrams, taken over or closed: it is used again with
   *     all that waits in it, if it is one
   */
  Pair open(Path namespace, Optional<Descriptor> kept) throws IOException;

  /** Both do not block. */
  record Pair(Datagrams datagrams, ServerSocketChannel connections) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (datagrams;
          connections) {
        // Both are closed, the second also when the first fails.
      }
    }
  }
}
