package io.gantry.agent.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;

/**
 * Who is at the other end of a unix socket, as the kernel noted when it connected (SO_PEERCRED).
 */
final class PeerCredentials {
  private static final Path USERS = Path.of("/etc/passwd");
  private static final Path GROUPS = Path.of("/etc/group");

  // The JDK gives names only; a name once seen is not looked up again.
  private static final ConcurrentHashMap<String, String> USER_IDS = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<String, String> GROUP_IDS = new ConcurrentHashMap<>();

  private PeerCredentials() {}

  /** "unix:uid=0,gid=0"; a name stands where no local account has it. */
  static String principal(SocketChannel channel) throws IOException {
    var peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
    var user = USER_IDS.computeIfAbsent(peer.user().getName(), lookUp(USERS));
    var group = GROUP_IDS.computeIfAbsent(peer.group().getName(), lookUp(GROUPS));
    return "unix:uid=%s,gid=%s".formatted(user, group);
  }

  /** NAME:password:ID:… is the form of both files. The JDK gives digits where there is no name. */
  private static Function<String, String> lookUp(Path accounts) {
    return name -> {
      try (var lines = Files.lines(accounts)) {
        return lines
            .map(line -> line.split(":", 4))
            .filter(fields -> fields.length == 4 && fields[0].equals(name))
            .map(fields -> fields[2])
            .findFirst()
            .orElse(name);
      } catch (IOException | java.io.UncheckedIOException _) {
        return name;
      }
    };
  }
}
