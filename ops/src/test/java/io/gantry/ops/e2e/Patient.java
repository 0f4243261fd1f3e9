package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** How a patient client asks: a connection that breaks is tried again, a wrong answer never. */
final class Patient {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Patient() {}

  static DockerApi.Answer ask(String what, Callable<DockerApi.Answer> request, Integer... accepted)
      throws Exception {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        var answer = request.call();
        assertThat(answer.status()).as(what + ": " + answer.text()).isIn((Object[]) accepted);
        return answer;
      } catch (IOException cut) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(what + ": no answer within " + PATIENCE, cut);
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Lets so much time pass, unless this thread is told to end. */
  static void pause(Duration duration) {
    var until = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }
}
