package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A connection of type SOCK_SEQPACKET to a unix socket, which the JDK does not have. Each write is
 * one packet and each read takes one; what does not fit into the reader's buffer is lost, so read
 * with room for the largest packet of the protocol.
 */
public final class SeqPacket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET_CLOEXEC = 5 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDTIMEO = 21;
  private static final int SHUT_WR = 1;
  private static final int LONGEST_PATH = 107;
  private static final int CONNECT_SECONDS = 5;

  private final PolledChannel channel;

  private SeqPacket(PolledChannel channel) {
    this.channel = channel;
  }

  /**
   * Connects; a full queue of the listener is waited for up to five seconds. The path may be longer
   * than the 107 bytes of a socket address if its last part is not.
   */
  public static SeqPacket connect(Path path) throws IOException {
    return Blocking.run(
        () -> {
          if (path.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH) {
            return connect(path.toString(), path);
          }
          try (var directory =
              Descriptor.directory(Objects.requireNonNull(path.toAbsolutePath().getParent()))) {
            return connect(directory.path().resolve(path.getFileName()).toString(), path);
          }
        });
  }

  private static SeqPacket connect(String address, Path named) throws IOException {
    var number = Native.call(Call.SOCKET, AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0);
    var socket = new Descriptor(SystemCallFailed.check(number, Call.SOCKET, "AF_UNIX"));
    try (var memory = new Strings()) {
      var patience = memory.block(2 * JAVA_LONG.byteSize());
      patience.set(JAVA_LONG, 0, CONNECT_SECONDS);
      Native.call(
          Call.SETSOCKOPT,
          socket.number(),
          SOL_SOCKET,
          SO_SNDTIMEO,
          patience.address(),
          patience.byteSize());
      var bytes = address.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > LONGEST_PATH) {
        throw new IOException("connect " + named + ": file name too long for a socket");
      }
      var name = memory.block(JAVA_SHORT.byteSize() + LONGEST_PATH + 1);
      name.set(JAVA_SHORT, 0, (short) AF_UNIX);
      name.asSlice(JAVA_SHORT.byteSize(), bytes.length)
          .copyFrom(java.lang.foreign.MemorySegment.ofArray(bytes));
      name.set(JAVA_BYTE, JAVA_SHORT.byteSize() + (long) bytes.length, (byte) 0);
      var result = Native.call(Call.CONNECT, socket.number(), name.address(), name.byteSize());
      SystemCallFailed.check(result, Call.CONNECT, named);
      return new SeqPacket(new PolledChannel(socket));
    } catch (IOException | RuntimeException failed) {
      socket.close();
      throw failed;
    }
  }

  /** Of this end, by which the kernel names it to diagnosis. */
  public long inode() throws IOException {
    return channel.inode();
  }

  /** One packet's bytes, or minus one at the end. */
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  /** One packet. An empty one would look like the end to the reader, so it is not sent. */
  public void write(ByteBuffer packet) throws IOException {
    if (packet.hasRemaining()) {
      channel.writeOnce(packet);
    }
  }

  /** The other side reads the end; its packets still come. */
  public void shutdownOutput() throws IOException {
    var result = channel.onDescriptor(Call.SHUTDOWN, SHUT_WR);
    if (result != -Errno.ENOTCONN) {
      SystemCallFailed.check(result, Call.SHUTDOWN, "of a packet socket");
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
