package io.gantry.agent.host.kernel;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Closes descriptors in the background whose closing waits for the kernel, such as the last one of
 * a file system, which is written back then. When too many wait the caller closes its own.
 */
final class Released {
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 1024;
  private static final int IDLE_SECONDS = 30;

  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("release-", 0).factory(),
          new ThreadPoolExecutor.CallerRunsPolicy());

  static {
    POOL.allowCoreThreadTimeOut(true);
  }

  private Released() {}

  static void close(Descriptor descriptor) {
    POOL.execute(descriptor::close);
  }
}
