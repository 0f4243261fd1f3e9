package io.gantry.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks again when the agent goes away beneath a transfer: what has been moved is there when it is
 * back. An agent that was not there from the beginning is not waited for.
 */
final class Reconnection {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Session session;
  private long heard;

  Reconnection(Session session) {
    this.session = session;
  }

  /** The agent has answered something. */
  void heard() {
    heard = System.nanoTime();
  }

  void run(Runnable transfer) {
    var said = false;
    while (true) {
      try {
        transfer.run();
        return;
      } catch (StatusRuntimeException cut) {
        if (cut.getStatus().getCode() != Status.Code.UNAVAILABLE
            || heard == 0
            || System.nanoTime() - heard > PATIENCE.toNanos()) {
          throw cut;
        }
        if (!said) {
          session.terminal().err().println("gantry: the agent has gone; waiting for it");
          said = true;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
