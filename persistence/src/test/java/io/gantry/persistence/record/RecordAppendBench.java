package io.gantry.persistence.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an append costs, fsync included: one writer alone, then 8 and 200 at once. {@code ./dev
 * bench core} runs it as a test that tests nothing. By itself, with the arguments DIRECTORY (made,
 * must not exist; put it on the disk you want to know about) and SECONDS for each part, it tells
 * more.
 */
final class RecordAppendBench {
  private static final int FEW = 8;
  private static final int MANY = 200;
  private static final int SECONDS = 4;

  @Test
  void appends(@TempDir Path directory) throws InterruptedException {
    try (var store = RecordStore.open(RecordSettings.in(directory.resolve("record")))) {
      run(store, "warm-up", MANY, 2);
      for (var writers : new int[] {1, FEW, MANY}) {
        var name = writers == 1 ? "alone" : writers + " writers at once";
        var times = run(store, name, writers, SECONDS);
        System.out.printf(
            "| one append to the record, fsync included, %s | p50 %d µs, p99 %d µs; %d a second"
                + " |%n",
            name,
            times[times.length / 2] / 1000,
            times[times.length * 99 / 100] / 1000,
            times.length / SECONDS);
      }
    }
  }

  public static void main(String... args) throws IOException, InterruptedException {
    var directory = Path.of(args[0]);
    long seconds = args.length > 1 ? Long.parseLong(args[1]) : 5;
    Files.createDirectories(directory.getParent());
    long start = System.nanoTime();
    var store = RecordStore.open(RecordSettings.in(directory));
    System.out.printf("open, new, with native library: %d ms%n", millis(start));
    run(store, "warm-up", MANY, 2);
    run(store, "1 writer", 1, seconds);
    run(store, "8 writers", FEW, seconds);
    run(store, "200 writers", MANY, seconds);
    store.close();
    start = System.nanoTime();
    try (var again = RecordStore.open(RecordSettings.in(directory))) {
      System.out.printf("open again: %d ms, %d entries%n", millis(start), again.last());
      start = System.nanoTime();
      System.out.printf("verify: %s in %d ms%n", RecordVerifier.verify(again), millis(start));
    }
    System.out.println(
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .findFirst()
            .orElse(""));
  }

  private static long[] run(RecordStore store, String name, int writers, long seconds)
      throws InterruptedException {
    long base = store.last();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    var times = new long[writers][];
    var count = new AtomicLong();
    var done = new CountDownLatch(writers);
    for (int writer = 0; writer < writers; writer++) {
      int index = writer;
      Thread.ofVirtual()
          .start(
              () -> {
                times[index] = write(store, name + base + "-" + index, end);
                count.addAndGet(times[index].length);
                done.countDown();
              });
    }
    done.await();
    var all = Arrays.stream(times).flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        "%s: %.0f appends/s, p50 %d us, p99 %d us, max %d us%n",
        name,
        count.get() / (double) seconds,
        all[all.length / 2] / 1000,
        all[all.length * 99 / 100] / 1000,
        all[all.length - 1] / 1000);
    return all;
  }

  private static long[] write(RecordStore store, String entity, long end) {
    var times = new long[1024];
    int number = 0;
    for (long now = System.nanoTime(); now < end; number++) {
      if (number == times.length) {
        times = Arrays.copyOf(times, 2 * number);
      }
      Appends.now(store, entity, number + 1, "a word of some length, as events have");
      long then = System.nanoTime();
      times[number] = then - now;
      now = then;
    }
    return Arrays.copyOf(times, number);
  }

  private static long millis(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}
