package io.gantry.ops.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What another process brings about in its own time. */
final class Eventually {
  private Eventually() {}

  /** Repeats the assertion until it holds; past the limit its last failure is the test's. */
  static void holds(Duration limit, ThrowingCallable assertion) {
    var deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        assertion.call();
        return;
      } catch (Throwable failure) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("not within " + limit + ": " + failure.getMessage(), failure);
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
