package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A PAX extended header: "LENGTH KEY=VALUE\n" again and again. Values are byte strings and may hold
 * newlines.
 *
 * @param values the last value of each key
 * @param sparseMap the offsets and lengths that format 0.0 of GNU's sparse files repeats under the
 *     same two keys
 */
record PaxRecords(Map<String, String> values, List<String> sparseMap) {
  static final PaxRecords NONE = new PaxRecords(Map.of(), List.of());

  static PaxRecords parse(byte[] bytes) throws TarException {
    var values = new HashMap<String, String>();
    var sparse = new ArrayList<String>();
    var at = 0;
    while (at < bytes.length) {
      var space = at;
      var length = 0;
      while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && space - at < 8) {
        length = length * 10 + bytes[space++] - '0';
      }
      if (space == bytes.length || bytes[space] != ' ' || length > bytes.length - at) {
        throw new TarException("invalid tar header: malformed PAX record");
      }
      var equals = space + 1;
      var end = at + length - 1;
      while (equals < end && bytes[equals] != '=') {
        equals++;
      }
      if (equals >= end || bytes[end] != '\n') {
        throw new TarException("invalid tar header: malformed PAX record");
      }
      var key = ByteStrings.of(bytes, space + 1, equals - space - 1);
      var value = ByteStrings.of(bytes, equals + 1, end - equals - 1);
      if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
        sparse.add(value);
      } else {
        values.put(key, value);
      }
      at = end + 1;
    }
    return new PaxRecords(values, sparse);
  }

  /** This header's records over those of an older, global one. */
  PaxRecords over(PaxRecords global) {
    if (global.values.isEmpty()) {
      return this;
    }
    var merged = new HashMap<>(global.values);
    merged.putAll(values);
    return new PaxRecords(merged, sparseMap);
  }

  String get(String key, String otherwise) {
    var value = values.get(key);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  long number(String key, long otherwise) throws TarException {
    var value = values.get(key);
    return value == null || value.isEmpty() ? otherwise : TarNumbers.decimal(value, key);
  }

  Map<String, String> attributes() {
    var attributes = new HashMap<String, String>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith("SCHILY.xattr.")) {
            attributes.put(key.substring("SCHILY.xattr.".length()), value);
          }
        });
    return attributes;
  }
}
