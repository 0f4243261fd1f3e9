package io.gantry.agent.docker.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end of a connection, as the record names it. */
final class Principals {
  private Principals() {}

  /**
   * Credentials the peer had when it connected (unix(7), SO_PEERCRED). The JDK tells names; they
   * are turned back into the numbers the kernel gave.
   */
  static String ofUnix(SocketChannel channel) throws IOException {
    var peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
    var user = peer.user().getName();
    return "unix:uid=%s,gid=%s,user=%s"
        .formatted(
            number(Path.of("/etc/passwd"), user),
            number(Path.of("/etc/group"), peer.group().getName()),
            user);
  }

  static String ofTcp(SocketChannel channel) throws IOException {
    return channel.getRemoteAddress() instanceof InetSocketAddress address
        ? "tcp:" + address.getAddress().getHostAddress()
        : "tcp:unknown";
  }

  /** The number in the third field of the name's line; a name that is a number stands for it. */
  static String number(Path table, String name) throws IOException {
    if (name.equals("root")) {
      return "0";
    }
    try (var lines = Files.lines(table)) {
      return lines
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > 2 && fields[0].equals(name))
          .map(fields -> fields[2])
          .findFirst()
          .orElse(name);
    }
  }
}
