package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A process this agent started. It is waited for in any case, so it never stays a zombie, and until
 * then its number cannot be another's.
 */
public final class ChildProcess {
  private static final int SIGNALLED_BASE = 128;

  private final long pid;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  private ChildProcess(long pid) {
    this.pid = pid;
  }

  static ChildProcess watch(long pid, String program) {
    var child = new ChildProcess(pid);
    PidFd hold;
    try {
      hold = PidFd.open(pid);
    } catch (IOException outOfDescriptors) {
      // The process runs already, so it is waited for at the price of a thread.
      Thread.ofPlatform().daemon().name("wait-" + pid).start(() -> child.reap(program));
      return child;
    }
    hold.ending()
        .whenCompleteAsync(
            (ended, impossible) -> {
              hold.close();
              child.reap(program);
            },
            Thread::startVirtualThread);
    return child;
  }

  public long pid() {
    return pid;
  }

  /** Its exit code, or 128+n after signal n. What depends on it runs on a virtual thread. */
  public CompletionStage<Integer> exit() {
    return exit.minimalCompletionStage();
  }

  /** False: it has ended. */
  public boolean signal(int signal) throws IOException {
    return !exit.isDone() && Signals.send(pid, signal);
  }

  private void reap(String program) {
    try (var memory = new Strings()) {
      var status = memory.block(JAVA_INT.byteSize());
      var result = Native.call(Call.WAIT4, pid, status.address(), 0, 0);
      if (result < 0) {
        exit.completeExceptionally(
            new SystemCallFailed("wait for " + program + " (" + pid + ")", (int) -result));
      } else {
        exit.complete(code(status.get(JAVA_INT, 0)));
      }
    }
  }

  private static int code(int status) {
    var signal = status & 0x7f;
    return signal == 0 ? (status >> 8) & 0xff : SIGNALLED_BASE + signal;
  }
}
