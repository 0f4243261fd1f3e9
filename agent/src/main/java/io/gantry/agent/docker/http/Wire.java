package io.gantry.agent.docker.http;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one accepted connection. Both directions block and are used by one virtual thread
 * each; {@link #close} wakes both.
 */
interface Wire extends Closeable {
  /** Number of bytes read, or -1 once the peer writes no more. */
  int read(ByteBuffer into) throws IOException;

  /** Writes all of it. */
  void write(ByteBuffer from) throws IOException;

  /** The peer reads an end after what was written; reading goes on. */
  void shutdownOutput() throws IOException;
}
