package io.gantry.agent.host;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/**
 * The sockets at which a container's questions for names arrive: 127.0.0.11, port 53, inside its
 * network namespace. They end with the agent; while there are none, questions by datagram get no
 * answer at all, so that resolvers ask again instead of giving up.
 */
public interface NameSockets {
  /** Opened anew on each call, in place of those an earlier agent had. The caller closes them. */
  Pair open(Path namespace) throws IOException;

  /** Both do not block. */
  record Pair(DatagramChannel datagrams, ServerSocketChannel connections) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (datagrams;
          connections) {
        // Both are closed, the second also when the first fails.
      }
    }
  }
}
