package io.gantry.agent.engine;

import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kernel's way to write sets of processors and memory nodes: "0-3,8". */
final class CpuList {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

  private CpuList() {}

  /** Empty: no such list. */
  static Optional<BitSet> parse(String text) {
    var set = new BitSet();
    if (text.isEmpty()) {
      return Optional.of(set);
    }
    for (var part : text.split(",", -1)) {
      var range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        return Optional.empty();
      }
      var from = Integer.parseInt(range.group(1));
      var to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
      if (to < from) {
        return Optional.empty();
      }
      set.set(from, to + 1);
    }
    return Optional.of(set);
  }

  /** What is wrong with {@code asked}, in Docker's words; {@code available} empty: unknown. */
  static Optional<String> check(String field, String what, String asked, String available) {
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    var wanted = parse(asked);
    if (wanted.isEmpty()) {
      return Optional.of("Invalid value %s for cpuset %s".formatted(asked, field));
    }
    var there = parse(available);
    if (available.isEmpty() || there.isEmpty()) {
      return Optional.empty();
    }
    var missing = (BitSet) wanted.get().clone();
    missing.andNot(there.get());
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Requested %s are not available - requested %s, available: %s"
                .formatted(what, asked, available));
  }
}
