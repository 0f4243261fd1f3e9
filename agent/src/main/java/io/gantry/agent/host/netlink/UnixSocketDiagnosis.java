package io.gantry.agent.host.netlink;

import io.gantry.agent.host.kernel.NetlinkSocket;
import java.io.IOException;

/**
 * What the kernel knows of unix sockets of the agent's network namespace (sock_diag(7)). Linux
 * built without it answers with an {@link IOException}.
 */
public final class UnixSocketDiagnosis implements AutoCloseable {
  private static final int BY_FAMILY = 20;
  private static final int FAMILY = 1;
  private static final int ALL_STATES = -1;
  private static final int SHOW_PEER = 0x4;
  private static final int NO_COOKIE = -1;
  private static final int MESSAGE_SIZE = 16;
  private static final int PEER = 2;

  private final Conversation conversation;

  private UnixSocketDiagnosis(Conversation conversation) {
    this.conversation = conversation;
  }

  public static UnixSocketDiagnosis open() throws IOException {
    return new UnixSocketDiagnosis(Conversation.of(NetlinkSocket.open(NetlinkSocket.SOCK_DIAG)));
  }

  /**
   * Whether the listener has accepted this connection: connect(2) returns before that, and until
   * then the other end belongs to nobody and has no inode.
   *
   * @param inode of the connected socket
   */
  public boolean isAccepted(long inode) throws IOException {
    var request =
        new Requests()
            .begin("look at unix socket " + inode, BY_FAMILY, 0)
            .unixSocket(FAMILY, ALL_STATES, (int) inode, SHOW_PEER, NO_COOKIE);
    for (var answer : conversation.ask(request, false)) {
      var peer = answer.attributes(MESSAGE_SIZE).get(PEER);
      if (peer != null && peer.limit() >= Integer.BYTES) {
        return peer.getInt(0) != 0;
      }
    }
    throw new IOException("the kernel did not say who unix socket " + inode + " is connected to");
  }

  @Override
  public void close() {
    conversation.close();
  }
}
