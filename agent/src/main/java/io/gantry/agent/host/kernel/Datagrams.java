package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;

/**
 * A datagram socket of IP version 4 whose descriptor may be given to another process, and taken
 * from it again: what arrives meanwhile waits in the socket, as far as the kernel's buffer has
 * room. The JDK's own sockets cannot be made of a descriptor. Nothing here blocks; any thread may
 * send.
 */
public final class Datagrams implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int NONBLOCK_CLOEXEC = 0x800 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int ADDRESS_SIZE = 16;
  private static final int PORT_AT = 2;
  private static final int IP_AT = 4;
  private static final int IP_SIZE = 4;
  private static final int LARGEST = 65_535;
  private static final int UNSIGNED = 0xff;

  private final Descriptor descriptor;
  private final InetSocketAddress address;
  private final Poller.Watched watched;
  private boolean closed;

  /** What came, cut to the room there was for it. */
  public record Packet(byte[] bytes, InetSocketAddress from) {}

  private Datagrams(Descriptor descriptor, InetSocketAddress address) {
    this.descriptor = descriptor;
    this.address = address;
    this.watched = Poller.shared().watch(descriptor.number());
  }

  /** In the calling thread's network namespace, to which it belongs from then on. */
  public static Datagrams bind(InetSocketAddress address) throws IOException {
    var number = Native.call(Call.SOCKET, AF_INET, SOCK_DGRAM | NONBLOCK_CLOEXEC, 0);
    var descriptor = new Descriptor(SystemCallFailed.check(number, Call.SOCKET, "AF_INET"));
    try (var memory = new Strings()) {
      var name = native_(memory, address);
      var bound = Native.call(Call.BIND, descriptor.number(), name.address(), ADDRESS_SIZE);
      SystemCallFailed.check(bound, Call.BIND, address);
      return new Datagrams(descriptor, address(descriptor));
    } catch (IOException | RuntimeException failed) {
      descriptor.close();
      throw failed;
    }
  }

  /** Takes over a descriptor that should be such a socket, and does not block; closes any other. */
  public static Datagrams of(Descriptor descriptor) throws IOException {
    try (var memory = new Strings()) {
      var type = memory.block(JAVA_INT.byteSize());
      var size = memory.block(JAVA_INT.byteSize());
      size.set(JAVA_INT, 0, (int) JAVA_INT.byteSize());
      var got =
          Native.call(
              Call.GETSOCKOPT,
              descriptor.number(),
              SOL_SOCKET,
              SO_TYPE,
              type.address(),
              size.address());
      SystemCallFailed.check(got, Call.GETSOCKOPT, "a descriptor");
      if (type.get(JAVA_INT, 0) != SOCK_DGRAM) {
        throw new IOException("a descriptor is a socket, and not for datagrams");
      }
      return new Datagrams(descriptor, address(descriptor));
    } catch (IOException | RuntimeException failed) {
      descriptor.close();
      throw failed;
    }
  }

  private static InetSocketAddress address(Descriptor descriptor) throws IOException {
    try (var memory = new Strings()) {
      var name = memory.block(ADDRESS_SIZE);
      var size = memory.block(JAVA_INT.byteSize());
      size.set(JAVA_INT, 0, ADDRESS_SIZE);
      var got = Native.call(Call.GETSOCKNAME, descriptor.number(), name.address(), size.address());
      SystemCallFailed.check(got, Call.GETSOCKNAME, "a socket");
      return address(name);
    }
  }

  private static InetSocketAddress address(MemorySegment name) throws IOException {
    if (name.get(JAVA_SHORT, 0) != AF_INET) {
      throw new IOException("a socket is not of IP version 4");
    }
    var ip = InetAddress.getByAddress(name.asSlice(IP_AT, IP_SIZE).toArray(JAVA_BYTE));
    var high = name.get(JAVA_BYTE, PORT_AT) & UNSIGNED;
    return new InetSocketAddress(ip, high << 8 | name.get(JAVA_BYTE, PORT_AT + 1L) & UNSIGNED);
  }

  private static MemorySegment native_(Strings memory, InetSocketAddress address)
      throws IOException {
    if (!(address.getAddress() instanceof Inet4Address ip)) {
      throw new IOException(address + " is not of IP version 4");
    }
    var name = memory.block(ADDRESS_SIZE);
    name.set(JAVA_SHORT, 0, (short) AF_INET);
    name.set(JAVA_BYTE, PORT_AT, (byte) (address.getPort() >>> 8));
    name.set(JAVA_BYTE, PORT_AT + 1L, (byte) address.getPort());
    name.asSlice(IP_AT, IP_SIZE).copyFrom(MemorySegment.ofArray(ip.getAddress()));
    return name;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** To give it to another process. Valid while this is open. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Empty: nothing has come. */
  public Optional<Packet> receive(int room) throws IOException {
    try (var memory = new Strings()) {
      var buffer = memory.block(Math.min(room, LARGEST));
      var name = memory.block(ADDRESS_SIZE);
      var size = memory.block(JAVA_INT.byteSize());
      size.set(JAVA_INT, 0, ADDRESS_SIZE);
      long count;
      synchronized (this) {
        refuseIfClosed();
        count =
            Native.call(
                Call.RECVFROM,
                descriptor.number(),
                buffer.address(),
                buffer.byteSize(),
                0,
                name.address(),
                size.address());
      }
      if (count == -Errno.EAGAIN) {
        return Optional.empty();
      }
      SystemCallFailed.check(count, Call.RECVFROM, "a datagram socket");
      return Optional.of(new Packet(buffer.asSlice(0, count).toArray(JAVA_BYTE), address(name)));
    }
  }

  /** A full buffer loses it, as a network may. */
  public void send(byte[] bytes, InetSocketAddress to) throws IOException {
    try (var memory = new Strings()) {
      var buffer = memory.block(Math.max(1, bytes.length));
      buffer.asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
      var name = native_(memory, to);
      long sent;
      synchronized (this) {
        refuseIfClosed();
        sent =
            Native.call(
                Call.SENDTO,
                descriptor.number(),
                buffer.address(),
                bytes.length,
                0,
                name.address(),
                ADDRESS_SIZE);
      }
      if (sent != -Errno.EAGAIN) {
        SystemCallFailed.check(sent, Call.SENDTO, to);
      }
    }
  }

  private void refuseIfClosed() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  /**
   * Once, when something has come; never after the end. {@code wake} must not do more than that.
   */
  public void whenReadable(Runnable wake) {
    watched.readable().thenRun(wake);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      watched.close();
      descriptor.close();
    }
  }
}
