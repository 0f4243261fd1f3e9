package io.gantry.agent.host.kernel;

import java.io.IOException;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** Signals to processes and process groups by number. Prefer {@link PidFd} for another's child. */
public final class Signals {
  private static final class Loaded {
    // Loading costs tens of milliseconds, so it waits for the first signal.
    static final POSIX POSIX = POSIXFactory.getNativePOSIX();
  }

  private Signals() {}

  /** False: there is no such process. A zombie counts as one. */
  public static boolean send(long pid, int signal) throws IOException {
    return sent(Loaded.POSIX.kill(Math.toIntExact(pid), signal), "process " + pid, signal);
  }

  /** False: there is no process in this group. */
  public static boolean sendToGroup(long group, int signal) throws IOException {
    var number = Math.negateExact(Math.toIntExact(group));
    return sent(Loaded.POSIX.kill(number, signal), "process group " + group, signal);
  }

  private static boolean sent(int result, String to, int signal) throws IOException {
    if (result == 0) {
      return true;
    }
    var errno = Loaded.POSIX.errno();
    if (errno == Errno.ESRCH) {
      return false;
    }
    throw new SystemCallFailed("send signal " + signal + " to " + to, errno);
  }
}
