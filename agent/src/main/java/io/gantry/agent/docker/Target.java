package io.gantry.agent.docker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A request's target, taken apart: path segments and query, percent-decoded.
 *
 * @param segments of the path; slashes that were escaped stay inside their segment
 */
record Target(List<String> segments, Map<String, List<String>> query) {
  private static final Set<String> OF_HOSTS = Set.of("containers", "volumes", "networks");

  /** What stands behind a name: then there is no host before it, but a namesake of one. */
  private static final Set<String> VERBS =
      Set.of(
          "json",
          "start",
          "stop",
          "restart",
          "kill",
          "pause",
          "unpause",
          "rename",
          "update",
          "wait",
          "attach",
          "resize",
          "logs",
          "top",
          "stats",
          "archive",
          "export",
          "changes",
          "exec",
          "connect",
          "disconnect");

  private static final int MAX_SEGMENTS = 64;
  private static final int MAX_PARAMETERS = 1024;

  /**
   * @throws Refusal for a bad escape or too many parts
   */
  static Target parse(String raw) {
    var start = raw.startsWith("/") ? 0 : Math.max(0, raw.indexOf('/', raw.indexOf("://") + 3));
    var mark = raw.indexOf('?', start);
    var path = mark < 0 ? raw.substring(start) : raw.substring(start, mark);
    var segments = new ArrayList<String>();
    for (var part : path.split("/")) {
      if (!part.isEmpty()) {
        segments.add(decode(part, false));
      }
    }
    if (segments.size() > MAX_SEGMENTS) {
      throw Refusal.invalid("path has more than %d parts".formatted(MAX_SEGMENTS));
    }
    return new Target(segments, mark < 0 ? Map.of() : query(raw.substring(mark + 1)));
  }

  /**
   * With "HOST/NAME" as one segment where a path names an object of a host, as clients send it:
   * they do not escape the slash.
   */
  Target joined(Predicate<String> isHost) {
    if (segments.size() < 3
        || !OF_HOSTS.contains(segments.getFirst())
        || !isHost.test(segments.get(1))
        || VERBS.contains(segments.get(2))) {
      return this;
    }
    var joined = new ArrayList<>(segments);
    joined.set(1, segments.get(1) + "/" + joined.remove(2));
    return new Target(List.copyOf(joined), query);
  }

  private static Map<String, List<String>> query(String raw) {
    var result = new LinkedHashMap<String, List<String>>();
    var parts = raw.split("&");
    if (parts.length > MAX_PARAMETERS) {
      throw Refusal.invalid("query has more than %d parameters".formatted(MAX_PARAMETERS));
    }
    for (var part : parts) {
      if (!part.isEmpty()) {
        var equals = part.indexOf('=');
        var name = equals < 0 ? part : part.substring(0, equals);
        var value = equals < 0 ? "" : part.substring(equals + 1);
        result.computeIfAbsent(decode(name, true), _ -> new ArrayList<>()).add(decode(value, true));
      }
    }
    return result;
  }

  private static String decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
      return text;
    }
    var raw = text.getBytes(StandardCharsets.UTF_8);
    var out = ByteBuffer.allocate(raw.length);
    for (var i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        out.put(escaped(raw, i));
        i += 2;
      } else {
        out.put(plusIsSpace && raw[i] == '+' ? (byte) ' ' : raw[i]);
      }
    }
    return new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
  }

  private static byte escaped(byte[] raw, int at) {
    var high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
    var low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
    if (high < 0 || low < 0) {
      var end = Math.min(raw.length, at + 3);
      throw Refusal.invalid(
          "invalid URL escape \"%s\""
              .formatted(new String(raw, at, end - at, StandardCharsets.UTF_8)));
    }
    return (byte) (high << 4 | low);
  }
}
