package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeysTest {
  private static final byte CTRL_P = 16;
  private static final byte CTRL_Q = 17;

  @Test
  void dockersOwnSequenceDetachesAndIsNotPassedOn() {
    var keys = DetachKeys.parse("");
    assertThat(keys.feed(bytes("ls\n")).bytes()).isEqualTo(bytes("ls\n"));
    var passed = keys.feed(new byte[] {'a', CTRL_P, CTRL_Q, 'b'});
    assertThat(passed.detached()).isTrue();
    assertThat(passed.bytes()).isEqualTo(bytes("a"));
  }

  @Test
  void aBeginningIsKeptBackUntilItIsKnownWhatItWas() {
    var keys = DetachKeys.parse("ctrl-p,ctrl-q");
    assertThat(keys.feed(new byte[] {CTRL_P}).bytes()).isEmpty();
    assertThat(keys.feed(new byte[] {'x'}).bytes()).containsExactly(CTRL_P, 'x');
    assertThat(keys.feed(new byte[] {CTRL_P, CTRL_P}).bytes()).containsExactly(CTRL_P);
    assertThat(keys.feed(new byte[] {CTRL_Q}).detached()).isTrue();
  }

  @Test
  void controlKeysAreTheirCodes() {
    assertThat(DetachKeys.parse("ctrl-@").feed(new byte[] {0}).detached()).isTrue();
    assertThat(DetachKeys.parse("ctrl-_").feed(new byte[] {31}).detached()).isTrue();
    assertThat(DetachKeys.parse("CTRL-A").feed(new byte[] {1}).detached()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,", ",a", "a,,b", "ctrl-", "ctrl-1", "ab", "é"})
  void whatIsNoKeyIsRefused(String keys) {
    assertThatThrownBy(() -> DetachKeys.parse(keys))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Unknown character: ");
  }

  /** Whatever is asked for and typed: nothing is made up, and what is not passed on is the end. */
  @Property
  void whatIsPassedOnIsABeginningOfWhatWasTyped(
      @ForAll @StringLength(max = 6) String keys, @ForAll byte[] typed) {
    DetachKeys wanted;
    try {
      wanted = DetachKeys.parse(keys);
    } catch (IllegalArgumentException refused) {
      return;
    }
    var out = new ByteArrayOutputStream();
    for (var one : typed) {
      var passed = wanted.feed(new byte[] {one});
      out.writeBytes(passed.bytes());
      if (passed.detached()) {
        break;
      }
    }
    assertThat(Arrays.copyOf(typed, out.size())).isEqualTo(out.toByteArray());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
