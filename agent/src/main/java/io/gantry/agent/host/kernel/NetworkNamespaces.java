package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Network namespaces. A thread that has been in one never runs anything else afterwards: it ends
 * with its one operation, so no other code can find itself in the wrong namespace.
 */
public final class NetworkNamespaces {
  private static final long CLONE_NEWNET = 0x40000000L;
  private static final long NSFS_MAGIC = 0x6e736673L;
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  private NetworkNamespaces() {}

  /** The namespace lives while its descriptor is open or something is in it. */
  public record Created<T>(Descriptor namespace, T furnished) {}

  /**
   * A fresh namespace, with only a loopback device that is down, in which {@code furnish} is run
   * first.
   */
  public static <T> Created<T> create(Blocking.Operation<T> furnish) throws IOException {
    return OwnThread.run(
        "netns",
        () -> {
          var result = Native.call(Call.UNSHARE, CLONE_NEWNET);
          SystemCallFailed.check(result, Call.UNSHARE, "CLONE_NEWNET");
          var own = Descriptor.open(OWN, 0);
          try {
            return new Created<>(own, furnish.run());
          } catch (IOException | RuntimeException failed) {
            own.close();
            throw failed;
          }
        });
  }

  /** Runs the operation in the namespace. */
  public static <T> T in(Descriptor namespace, Blocking.Operation<T> operation) throws IOException {
    return OwnThread.run(
        "netns",
        () -> {
          var result = Native.call(Call.SETNS, namespace.number(), CLONE_NEWNET);
          SystemCallFailed.check(result, Call.SETNS, "a network namespace");
          return operation.run();
        });
  }

  /** Gives the namespace a name in the file system that outlives the agent. */
  public static void bind(Descriptor namespace, Path at) throws IOException {
    if (!Files.exists(at)) {
      Files.createFile(at);
    }
    Mounts.bind(namespace.path(), at, false);
  }

  /** Whether a namespace is bound at this path. */
  public static boolean isBound(Path at) throws IOException {
    try {
      return FileSystem.of(at).magic() == NSFS_MAGIC;
    } catch (SystemCallFailed failed) {
      if (failed.errno() == Errno.ENOENT) {
        return false;
      }
      throw failed;
    }
  }
}
