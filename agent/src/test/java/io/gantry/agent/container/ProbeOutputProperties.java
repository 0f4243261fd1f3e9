package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ProbeOutputProperties {
  private static final String NAME = "0123456789abcdef0123456789abcdef";
  private static final int LIMIT = 200;

  @Property(tries = 300)
  void theMarkIsFoundHoweverTheBytesCome(
      @ForAll @Size(max = 900) byte[] written,
      @ForAll @IntRange(max = 255) int code,
      @ForAll @IntRange(min = 1, max = 400) int step) {
    var output = new ProbeOutput(NAME, LIMIT);
    var mark = ("\n" + NAME + " " + code + "\n").getBytes(StandardCharsets.US_ASCII);
    var all = Arrays.copyOf(written, written.length + mark.length);
    System.arraycopy(mark, 0, all, written.length, mark.length);
    for (var at = 0; at < all.length; at += step) {
      output.add(Arrays.copyOfRange(all, at, Math.min(all.length, at + step)));
    }
    assertThat(output.exitCode()).hasValue(code);
    assertThat(output.text())
        .isEqualTo(new String(written, 0, Math.min(LIMIT, written.length), StandardCharsets.UTF_8));
  }

  @Property(tries = 300)
  void withoutTheMarkItHasNotEnded(@ForAll @Size(max = 3000) byte[] written) {
    var output = new ProbeOutput(NAME, LIMIT);
    output.add(written);
    assertThat(output.exitCode()).isEmpty();
    assertThat(output.text().length()).isLessThanOrEqualTo(LIMIT);
  }
}
