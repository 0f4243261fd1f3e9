package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * User namespaces. A process with threads can neither make nor enter one, so a small program of its
 * own does, and is kept in it until a descriptor holds it.
 */
public final class UserNamespaces {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private UserNamespaces() {}

  /** A fresh one in which {@code ids} are 0 and up. It lives while it is open, bound or used. */
  public static Descriptor create(IdRange ids) throws IOException {
    return inside(
        List.of(program("unshare"), "--user"),
        process -> {
          var map = "0 %d %d\n".formatted(ids.first(), ids.size());
          Files.writeString(process.resolve("uid_map"), map);
          Files.writeString(process.resolve("gid_map"), map);
          return Descriptor.open(process.resolve("ns/user"), 0);
        });
  }

  /** A fresh network namespace that belongs to the user namespace bound at {@code owner}. */
  public static Descriptor network(Path owner) throws IOException {
    return inside(
        List.of(program("nsenter"), "--user=" + owner, program("unshare"), "--net"),
        process -> Descriptor.open(process.resolve("ns/net"), 0));
  }

  private interface Look {
    Descriptor take(Path process) throws IOException;
  }

  /** {@code cat} answers when it is there, and ends when its input does. */
  private static Descriptor inside(List<String> entry, Look look) throws IOException {
    var command = new ArrayList<>(entry);
    command.add("/bin/cat");
    try (var in = Pipe.open();
        var out = Pipe.open()) {
      var child =
          Spawn.of(command).give(0, in.source()).give(1, out.sink()).give(2, out.sink()).start();
      in.source().close();
      out.sink().close();
      try (var words = new PolledChannel(in.sink());
          var answers = new PolledChannel(out.source())) {
        words.write(ByteBuffer.wrap(new byte[] {'\n'}));
        var answer = ByteBuffer.allocate(200);
        var count = answers.read(answer, DEADLINE);
        if (count != 1 || answer.get(0) != '\n') {
          throw new IOException(
              "make a user namespace: "
                  + (count < 0 ? "no answer" : new String(answer.array(), 0, count).strip()));
        }
        return look.take(Path.of("/proc/" + child.pid()));
      } finally {
        child.signal(Program.KILL);
      }
    } catch (java.nio.channels.InterruptedByTimeoutException late) {
      throw new IOException("make a user namespace: no answer by the deadline", late);
    }
  }

  private static String program(String name) throws IOException {
    return Stream.of("/usr/bin/", "/bin/", "/usr/sbin/")
        .map(directory -> Path.of(directory + name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () -> new IOException("the program " + name + " (package util-linux) is missing"))
        .toString();
  }

  /** Gives it a name in the file system that outlives the agent. */
  public static void bind(Descriptor namespace, Path at) throws IOException {
    NetworkNamespaces.bind(namespace, at);
  }
}
