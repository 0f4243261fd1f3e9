package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class GzipMemberTest {
  private static byte[] unpacked(byte[] packed) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
  }

  @Property(tries = 300)
  void everyReaderOfGzipGetsTheBytesBack(@ForAll @Size(max = 5000) byte[] bytes)
      throws IOException {
    assertThat(unpacked(GzipMember.of(bytes))).isEqualTo(bytes);
    assertThat(unpacked(GzipMember.ofTheJdk(bytes))).isEqualTo(bytes);
    assertThat(unpacked(GzipMember.stored(bytes))).isEqualTo(bytes);
  }

  @Test
  void randomBytesOfAnyLengthFit() throws IOException {
    for (var length : new int[] {0, 1, 65_535, 65_536, 1 << 19, (1 << 19) + 1}) {
      var bytes = new byte[length];
      new Random(length).nextBytes(bytes);
      assertThat(unpacked(GzipMember.of(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void theSameBytesGiveTheSameMember() {
    var bytes = new byte[1 << 19];
    new Random(1).ints(1 << 17, 0, 30).forEach(at -> bytes[at * 1000] = (byte) at);
    assertThat(GzipMember.of(bytes)).isEqualTo(GzipMember.of(Arrays.copyOf(bytes, bytes.length)));
    assertThat(GzipMember.of(bytes).length).isLessThan(bytes.length / 20);
  }
}
