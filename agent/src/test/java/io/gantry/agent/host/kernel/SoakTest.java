package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is called tens of thousands of times leaves neither descriptors nor memory behind. */
@Timeout(60)
class SoakTest {
  private static final int TIMES = 20_000;
  private static final long SLACK_BYTES = 24L << 20;

  @BeforeAll
  static void startThreadsThatStay() throws Exception {
    exchangeThroughAPipe();
    Files.list(Path.of("/proc/self/fd")).close();
  }

  @Test
  void shortCallsLeaveNothing() throws Exception {
    leavesNothing(
        () -> {
          FileSystem.of(Path.of("/"));
          Descriptor.directory(Path.of("/")).close();
          NetlinkSocket.open(NetlinkSocket.ROUTE).close();
          assertThat(Native.call(Call.CLOSE, 1 << 20)).isEqualTo(-Errno.EBADF);
        });
  }

  @Test
  void pipesAndTheirWatchersLeaveNothing() throws Exception {
    var before = Poller.shared().size();
    leavesNothing(SoakTest::exchangeThroughAPipe);
    assertThat(Poller.shared().size()).isLessThan(before + TIMES / 100);
  }

  @Test
  void holdsOnProcessesLeaveNothing() throws Exception {
    var child = Spawn.of(List.of("/bin/sleep", "60")).start();
    leavesNothing(
        () -> {
          try (var hold = PidFd.open(child.pid())) {
            assertThat(hold.signal(0)).isTrue();
            hold.ending();
          }
        });
    try (var hold = PidFd.open(child.pid())) {
      var ended = hold.ended().toCompletableFuture();
      assertThat(ended).isNotDone();
      hold.signal(9);
      ended.get(10, TimeUnit.SECONDS);
    }
    assertThat(child.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(137);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void exchangeThroughAPipe() throws IOException {
    try (var pipe = Pipe.open();
        var source = new PolledChannel(pipe.source());
        var sink = new PolledChannel(pipe.sink())) {
      sink.write(ByteBuffer.wrap(new byte[] {42}));
      var got = ByteBuffer.allocate(1);
      source.read(got);
      assertThat(got.get(0)).isEqualTo((byte) 42);
    }
  }

  private static void leavesNothing(Step step) throws IOException {
    for (var i = 0; i < TIMES / 10; i++) {
      step.run();
    }
    var descriptors = descriptors();
    var memory = residentBytes();
    for (var i = 0; i < TIMES; i++) {
      step.run();
    }
    // Others in this process open some meanwhile; a leak of one in a hundred calls would show.
    assertThat(descriptors()).isLessThan(descriptors + TIMES / 100);
    assertThat(residentBytes() - memory).isLessThan(SLACK_BYTES);
  }

  private static long descriptors() throws IOException {
    try (var entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.count();
    }
  }

  /** Heap and code grow a little meanwhile; a leak of 2 KiB a call would show. */
  private static long residentBytes() throws IOException {
    System.gc();
    var pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
    return Long.parseLong(pages) * 4096;
  }
}
