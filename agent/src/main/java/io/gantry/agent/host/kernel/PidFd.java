package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A hold on a process, ours or not, that never means another process that got its number later.
 * Compare the start time after opening when the number was read from a file.
 */
public final class PidFd implements AutoCloseable {
  private final Descriptor descriptor;
  private final Poller.Watched watched;

  private PidFd(Descriptor descriptor) {
    this.descriptor = descriptor;
    this.watched = Poller.shared().watch(descriptor.number());
  }

  /** Fails with {@link Errno#ESRCH} when there is no such process. */
  public static PidFd open(long pid) throws IOException {
    var result = Native.call(Call.PIDFD_OPEN, pid, 0);
    return new PidFd(
        new Descriptor(SystemCallFailed.check(result, Call.PIDFD_OPEN, "of process " + pid)));
  }

  /**
   * Completes when the process has ended (it may still be a zombie); fails when this is closed
   * first. What depends on it runs on a virtual thread of its own.
   */
  public CompletionStage<Void> ended() {
    return ending().thenApplyAsync(nothing -> nothing, Thread::startVirtualThread);
  }

  /** As {@link #ended}, on the poller's thread. */
  CompletableFuture<Void> ending() {
    return watched.readable();
  }

  /** False: it had ended already. */
  public boolean signal(int signal) throws IOException {
    var result = Native.call(Call.PIDFD_SEND_SIGNAL, descriptor.number(), signal, 0, 0);
    if (result == -Errno.ESRCH) {
      return false;
    }
    SystemCallFailed.check(result, Call.PIDFD_SEND_SIGNAL, "signal " + signal);
    return true;
  }

  /** A duplicate of its descriptor of this number; needs the right to trace it (ptrace(2)). */
  public Descriptor take(int number) throws IOException {
    var result = Native.call(Call.PIDFD_GETFD, descriptor.number(), number, 0);
    return new Descriptor(SystemCallFailed.check(result, Call.PIDFD_GETFD, "number " + number));
  }

  @Override
  public void close() {
    watched.close();
    descriptor.close();
  }
}
