package io.gantry.agent.socket;

import akka.util.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connected stream socket. Every method may block; each direction is used by one virtual thread,
 * and {@link #close} from any thread ends both.
 */
public interface Connection extends AutoCloseable {
  /** Who is at the other end, as {@link io.gantry.agent.Caller#principal} wants it. */
  String principal();

  /** The next bytes; empty when the peer has ended its output. */
  ByteString read() throws IOException;

  /**
   * The same into memory of the caller's, which has room; -1 when the peer has ended its output.
   * Not beside {@link #read()}: a connection is read by one at a time.
   */
  int read(ByteBuffer target) throws IOException;

  void write(ByteString bytes) throws IOException;

  /** The peer sees the end of the stream; reading goes on. */
  void endOutput() throws IOException;

  /**
   * After the end of the peer's output: calls back when the peer is gone altogether, where the
   * system can tell (unix sockets; TCP tells when something is written). At most once, on a thread
   * that must not be held up.
   */
  default void whenGone(Runnable gone) throws IOException {}

  /** Repeating it does nothing. */
  @Override
  void close();
}
