package io.gantry.agent.tar;

/** PAX's "SECONDS[.FRACTION]". */
record PaxTime(long seconds, int nanos) {
  static PaxTime parse(String text, long otherwise) throws TarException {
    if (text.isEmpty()) {
      return new PaxTime(otherwise, 0);
    }
    var dot = text.indexOf('.');
    if (dot < 0) {
      return new PaxTime(TarNumbers.decimal(text, "mtime"), 0);
    }
    var whole = dot == 0 ? 0 : TarNumbers.decimal(text.substring(0, dot), "mtime");
    var fraction = (text.substring(dot + 1) + "000000000").substring(0, 9);
    var nanos = (int) TarNumbers.decimal(fraction, "mtime");
    if (nanos < 0) {
      throw new TarException("invalid tar header: mtime is no number");
    }
    return text.startsWith("-") && nanos > 0
        ? new PaxTime(whole - 1, 1_000_000_000 - nanos)
        : new PaxTime(whole, nanos);
  }

  /** Reads back as the same two numbers. */
  static String format(long seconds, int nanos) {
    if (nanos == 0) {
      return Long.toString(seconds);
    }
    var before = seconds < 0;
    var whole = before ? -(seconds + 1) : seconds;
    var fraction = "%09d".formatted(before ? 1_000_000_000 - nanos : nanos);
    return (before ? "-" : "") + whole + "." + fraction.replaceAll("0+$", "");
  }
}
