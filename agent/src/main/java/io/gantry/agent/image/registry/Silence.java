package io.gantry.agent.image.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Breaks off bodies that bring nothing for too long, which the JDK's time limits do not cover. A
 * reader that itself is slow is not a silent sender: only the time within a read counts.
 */
final class Silence implements AutoCloseable {
  private final long limit;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gantry-registry-silence").factory());

  Silence(Duration limit) {
    this.limit = limit.toNanos();
  }

  InputStream watch(InputStream body) {
    return new Watched(body);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private final class Watched extends FilterInputStream {
    private final ScheduledFuture<?> check;
    private volatile long waitingSince;
    private volatile boolean brokenOff;

    Watched(InputStream body) {
      super(body);
      var period = Math.max(limit / 4, 1);
      check = clock.scheduleWithFixedDelay(this::look, period, period, TimeUnit.NANOSECONDS);
    }

    private void look() {
      var since = waitingSince;
      if (since != 0 && System.nanoTime() - since > limit) {
        brokenOff = true;
        try {
          in.close();
        } catch (IOException e) {
          check.cancel(false);
        }
      }
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      waitingSince = Math.max(1, System.nanoTime());
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        throw brokenOff
            ? new IOException(
                "nothing came for %d seconds".formatted(TimeUnit.NANOSECONDS.toSeconds(limit)), e)
            : e;
      } finally {
        waitingSince = 0;
      }
    }

    @Override
    public void close() throws IOException {
      check.cancel(false);
      in.close();
    }
  }
}
