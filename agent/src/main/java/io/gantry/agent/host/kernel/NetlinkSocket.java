package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A netlink socket (netlink(7)). It belongs to the network namespace it was opened in, whichever
 * thread uses it. The kernel has answered by the time a request is sent, so receiving does not wait
 * in practice; ten seconds bound it.
 */
public final class NetlinkSocket implements AutoCloseable {
  public static final int ROUTE = 0;
  public static final int SOCK_DIAG = 4;
  public static final int NETFILTER = 12;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SOL_NETLINK = 270;
  private static final int SOCKADDR_SIZE = 12;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int NETLINK_GET_STRICT_CHK = 12;
  private static final int PATIENCE_SECONDS = 10;
  private static final int LARGEST_ANSWER = 32 * 1024;
  private static final int MSG_TRUNC = 0x20;

  private final Descriptor descriptor;

  private NetlinkSocket(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** In the agent's own namespace. */
  public static NetlinkSocket open(int protocol) throws IOException {
    var number = Native.call(Call.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
    var descriptor = new Descriptor(SystemCallFailed.check(number, Call.SOCKET, "AF_NETLINK"));
    try (var memory = new Strings()) {
      var one = memory.block(JAVA_INT.byteSize());
      one.set(JAVA_INT, 0, 1);
      // Older kernels lack some of these; answers are then longer and say less.
      for (var option : new int[] {NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK}) {
        Native.call(Call.SETSOCKOPT, descriptor.number(), SOL_NETLINK, option, one.address(), 4);
      }
      var patience = memory.block(2 * JAVA_LONG.byteSize());
      patience.set(JAVA_LONG, 0, PATIENCE_SECONDS);
      Native.call(
          Call.SETSOCKOPT,
          descriptor.number(),
          SOL_SOCKET,
          SO_RCVTIMEO,
          patience.address(),
          patience.byteSize());
      return new NetlinkSocket(descriptor);
    }
  }

  /**
   * In the agent's own namespace; what happens to {@code group} arrives without being asked for.
   */
  public static NetlinkSocket listen(int protocol, int group) throws IOException {
    var socket = open(protocol);
    try (var memory = new Strings()) {
      // struct sockaddr_nl: who is not bound hears nothing, whatever it has joined.
      var address = memory.block(SOCKADDR_SIZE);
      address.set(JAVA_INT, 0, AF_NETLINK);
      address.set(JAVA_INT, 4, 0);
      address.set(JAVA_INT, 8, 1 << (group - 1));
      var bound =
          Native.call(Call.BIND, socket.descriptor.number(), address.address(), address.byteSize());
      SystemCallFailed.check(bound, Call.BIND, "a netlink group");
      return socket;
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  /** In the namespace bound at this path. */
  public static NetlinkSocket openIn(Path namespace, int protocol) throws IOException {
    try (var target = Descriptor.open(namespace, 0)) {
      return NetworkNamespaces.in(target, () -> open(protocol));
    }
  }

  /** One or several requests, one after another. */
  public void send(byte[] requests) throws IOException {
    Blocking.run(
        () -> {
          try (var memory = new Strings()) {
            var native_ = memory.block(requests.length);
            native_.copyFrom(MemorySegment.ofArray(requests));
            var result =
                Native.call(
                    Call.SENDTO, descriptor.number(), native_.address(), requests.length, 0, 0, 0);
            return SystemCallFailed.check(result, Call.SENDTO, "a netlink socket");
          }
        });
  }

  /** One or several messages of an answer. */
  public byte[] receive() throws IOException {
    try (var memory = new Strings()) {
      var buffer = memory.block(LARGEST_ANSWER);
      var count =
          Native.call(
              Call.RECVFROM,
              descriptor.number(),
              buffer.address(),
              LARGEST_ANSWER,
              MSG_TRUNC,
              0,
              0);
      SystemCallFailed.check(count, Call.RECVFROM, "a netlink socket");
      if (count > LARGEST_ANSWER) {
        throw new IOException("netlink answer of " + count + " bytes is larger than any known");
      }
      return buffer.asSlice(0, count).toArray(JAVA_BYTE);
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
