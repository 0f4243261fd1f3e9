package io.gantry.agent;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A container's id: 64 lower-case hexadecimal digits, safe as a file name and as part of a
 * cgroup's.
 */
public record ContainerId(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
  private static final SecureRandom RANDOM = new SecureRandom();

  public ContainerId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a container id: " + value);
    }
  }

  /** For names found on the host; empty when it is not one of ours. */
  public static Optional<ContainerId> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new ContainerId(text)) : Optional.empty();
  }

  public static ContainerId random() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return new ContainerId(HexFormat.of().formatHex(bytes));
  }

  /** The twelve digits people see. */
  public String abbreviated() {
    return value.substring(0, 12);
  }

  @Override
  public String toString() {
    return value;
  }
}
