package io.gantry.agent.container;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Recognises the key sequence that detaches a client, and keeps back what may be its beginning. */
public final class DetachKeys {
  private static final String DEFAULT = "ctrl-p,ctrl-q";

  private final byte[] sequence;
  private int matched;

  private DetachKeys(byte[] sequence) {
    this.sequence = sequence;
  }

  /** "a", "ctrl-x", several separated by commas; empty: Docker's own. Throws on anything else. */
  public static DetachKeys parse(String keys) {
    var codes = new ArrayList<Byte>();
    for (var key : (keys.isEmpty() ? DEFAULT : keys).split(",", -1)) {
      codes.add(code(key));
    }
    var sequence = new byte[codes.size()];
    for (var i = 0; i < sequence.length; i++) {
      sequence[i] = codes.get(i);
    }
    return new DetachKeys(sequence);
  }

  private static byte code(String key) {
    if (key.length() == 1 && key.charAt(0) < 128) {
      return (byte) key.charAt(0);
    }
    var lower = key.toLowerCase(Locale.ROOT);
    if (lower.startsWith("ctrl-") && lower.length() == 6) {
      var letter = lower.charAt(5);
      if (letter >= 'a' && letter <= 'z') {
        return (byte) (letter - 'a' + 1);
      }
      var special = List.of('@', '[', '\\', ']', '^', '_').indexOf(letter);
      if (special >= 0) {
        return (byte) (special == 0 ? 0 : 26 + special);
      }
    }
    throw new IllegalArgumentException("Unknown character: '%s'".formatted(key));
  }

  /** What to pass on. {@code detached}: the sequence was completed, the rest is dropped. */
  public record Passed(byte[] bytes, boolean detached) {}

  public Passed feed(byte[] typed) {
    var out = new ByteArrayOutputStream(typed.length + sequence.length);
    for (var one : typed) {
      if (one == sequence[matched]) {
        matched++;
        if (matched == sequence.length) {
          matched = 0;
          return new Passed(out.toByteArray(), true);
        }
      } else {
        out.write(sequence, 0, matched);
        matched = one == sequence[0] ? 1 : 0;
        if (matched == 0) {
          out.write(one);
        } else if (sequence.length == 1) {
          matched = 0;
          return new Passed(out.toByteArray(), true);
        }
      }
    }
    return new Passed(out.toByteArray(), false);
  }
}
