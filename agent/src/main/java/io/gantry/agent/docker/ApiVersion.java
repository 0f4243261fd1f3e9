package io.gantry.agent.docker;

/** A version of the Docker Engine API, as it stands in a path: {@code v1.43}. */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
  static final ApiVersion MINIMUM = new ApiVersion(1, 24);
  static final ApiVersion CURRENT = new ApiVersion(1, 51);

  /** Digits that fit are enough; anything longer is certainly too new. */
  static ApiVersion parse(String text) {
    var dot = text.indexOf('.');
    return new ApiVersion(number(text.substring(0, dot)), number(text.substring(dot + 1)));
  }

  private static int number(String digits) {
    return digits.length() > 6 ? 1_000_000 : Integer.parseInt(digits);
  }

  /**
   * @throws Refusal when it is outside of what this engine speaks
   */
  ApiVersion requireSupported() {
    if (compareTo(MINIMUM) < 0) {
      throw Refusal.invalid(
          "client version %s is too old. Minimum supported API version is %s, please upgrade your client to a newer version"
              .formatted(this, MINIMUM));
    }
    if (compareTo(CURRENT) > 0) {
      throw Refusal.invalid(
          "client version %s is too new. Maximum supported API version is %s"
              .formatted(this, CURRENT));
    }
    return this;
  }

  boolean atLeast(int major, int minor) {
    return compareTo(new ApiVersion(major, minor)) >= 0;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
