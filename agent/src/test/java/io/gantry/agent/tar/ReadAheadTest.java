package io.gantry.agent.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
  private static byte[] bytes(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Property(tries = 40)
  void givesTheBytesOfItsSource(@ForAll @IntRange(max = 3_000_000) int length) throws IOException {
    var bytes = bytes(length);
    try (var ahead = new ReadAhead(new ByteArrayInputStream(bytes))) {
      assertThat(ahead.readAllBytes()).isEqualTo(bytes);
      assertThat(ahead.read()).isEqualTo(-1);
    }
  }

  @Test
  void aFailureComesAfterTheBytesBeforeIt() throws IOException {
    var failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new TarException("broken off");
          }
        };
    var bytes = bytes(1 << 18);
    try (var ahead =
        new ReadAhead(new SequenceInputStream(new ByteArrayInputStream(bytes), failing))) {
      assertThat(ahead.readNBytes(bytes.length)).isEqualTo(bytes);
      assertThatThrownBy(ahead::read).isInstanceOf(TarException.class).hasMessage("broken off");
    }
  }

  @Test
  void closingEarlyEndsTheReadingAndClosesTheSource() throws IOException {
    var closed = new AtomicBoolean();
    var endless =
        new InputStream() {
          @Override
          public int read() {
            return 1;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            return length;
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    var ahead = new ReadAhead(endless);
    assertThat(ahead.readNBytes(10)).hasSize(10);
    ahead.close();
    assertThat(closed).isTrue();
    ahead.close();
  }

  @Test
  void aWaitForBytesIsBrokenOffByAnInterrupt() throws Exception {
    var asked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var silent =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            asked.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return -1;
          }
        };
    try (var ahead = new ReadAhead(silent)) {
      var reader = Thread.currentThread();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  asked.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                reader.interrupt();
              });
      assertThatThrownBy(ahead::read)
          .isInstanceOf(IOException.class)
          .hasMessage("interrupted while waiting for bytes");
      assertThat(Thread.interrupted()).isTrue();
      release.countDown();
    }
  }
}
