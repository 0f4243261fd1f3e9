package io.gantry.agent.image.registry;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Headers that say which part of a blob is meant. */
final class ContentRange {
  private static final Pattern BYTES = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/.*");
  private static final Pattern UPLOADED = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

  private ContentRange() {}

  /** Of a partial answer (RFC 9110, section 14.4). */
  static OptionalLong start(String header) {
    var matcher = BYTES.matcher(header);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** How many bytes of an upload a registry has, by its header Range. */
  static OptionalLong received(String header) {
    var matcher = UPLOADED.matcher(header);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)) + 1)
        : OptionalLong.empty();
  }
}
