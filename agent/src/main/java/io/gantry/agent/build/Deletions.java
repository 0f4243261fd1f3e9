package io.gantry.agent.build;

import io.gantry.agent.host.kernel.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Deletes what a build has used and no longer needs, one tree at a time, behind it. What the
 * agent's end cuts short goes at the next start.
 */
final class Deletions {
  private static final ThreadPoolExecutor THREAD =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("gantry-build-deletion").factory());

  static {
    THREAD.allowCoreThreadTimeOut(true);
  }

  private Deletions() {}

  static void later(Path tree) {
    THREAD.execute(
        () -> {
          try {
            Tree.delete(tree);
          } catch (IOException e) {
            LoggerFactory.getLogger(Deletions.class)
                .warn("files of a build stay until the next start: {}", e.getMessage());
          }
        });
  }
}
