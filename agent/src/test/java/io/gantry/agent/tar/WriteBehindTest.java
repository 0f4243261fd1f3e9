package io.gantry.agent.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class WriteBehindTest {
  @Property(tries = 40)
  void writesAllItIsGiven(
      @ForAll @IntRange(max = 3_000_000) int length,
      @ForAll @IntRange(min = 1, max = 90_000) int step)
      throws IOException {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    var target = new ByteArrayOutputStream();
    try (var behind = new WriteBehind(target)) {
      if (length > 0) {
        behind.write(bytes[0]);
      }
      for (var at = 1; at < length; at += step) {
        behind.write(bytes, at, Math.min(step, length - at));
      }
    }
    assertThat(target.toByteArray()).isEqualTo(bytes);
  }

  private static OutputStream full() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException("no space left on device");
      }
    };
  }

  @Test
  void aFailureIsToldAtTheEndAtTheLatest() throws IOException {
    var behind = new WriteBehind(full());
    behind.write(1);
    assertThatThrownBy(behind::close).hasMessage("no space left on device");
    behind.close();
  }

  @Test
  void aFailureIsToldToWhoGoesOnWriting() {
    var behind = new WriteBehind(full());
    assertThatThrownBy(
            () -> {
              for (var i = 0; i < 1000; i++) {
                behind.write(new byte[1 << 18]);
              }
            })
        .hasMessage("no space left on device");
    assertThatThrownBy(behind::close).hasMessage("no space left on device");
  }
}
