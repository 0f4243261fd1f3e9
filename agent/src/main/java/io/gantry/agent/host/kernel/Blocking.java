package io.gantry.agent.host.kernel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Native calls that may take a while (mounts, process starts, namespaces) run here, since a native
 * call holds a virtual thread's carrier for as long as it takes. A caller on a platform thread runs
 * its call itself.
 */
public final class Blocking {
  private static final int THREADS = Math.max(8, 4 * Runtime.getRuntime().availableProcessors());
  private static final int IDLE_SECONDS = 30;

  private static final int LONG_THREADS = 4;

  private static final ThreadPoolExecutor POOL = pool("syscall-", THREADS);
  private static final ThreadPoolExecutor LONG_POOL = pool("syscall-long-", LONG_THREADS);

  private Blocking() {}

  public interface Operation<T> {
    T run() throws IOException;
  }

  /** Waits for the operation. Interrupted: the operation still ends, its result is dropped. */
  public static <T> T run(Operation<T> operation) throws IOException {
    if (!Thread.currentThread().isVirtual()) {
      return operation.run();
    }
    return join(POOL.submit(operation::run));
  }

  /** For what may take seconds (deleting trees): has its own threads, so that it holds up none. */
  public static <T> T runLong(Operation<T> operation) throws IOException {
    if (!Thread.currentThread().isVirtual()) {
      return operation.run();
    }
    return join(LONG_POOL.submit(operation::run));
  }

  private static <T> T join(Future<T> result) throws IOException {
    try {
      return result.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a system call was under way");
    } catch (ExecutionException failed) {
      throw rethrown(failed);
    }
  }

  /** What went wrong on another thread, thrown or to be thrown here. */
  static IOException rethrown(ExecutionException wrapper) {
    return switch (wrapper.getCause()) {
      case SystemCallFailed failed -> failed;
      case IOException failed -> failed;
      case RuntimeException bug -> throw bug;
      case Error bug -> throw bug;
      case null, default -> new IOException(wrapper);
    };
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name, 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
