package io.gantry.agent.image.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a registry asks for before it answers: a header WWW-Authenticate (RFC 9110, section 11.6.1).
 * What does not fit the grammar is left out, because one challenge that is understood is enough.
 *
 * @param scheme in lower case: "basic", "bearer"
 * @param parameters names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int LONGEST = 16 << 10;
  private static final int MOST = 32;

  static List<Challenge> parse(List<String> headers) {
    var challenges = new ArrayList<Challenge>();
    for (var header : headers) {
      if (header.length() <= LONGEST) {
        new Reader(header, challenges).read();
      }
    }
    return List.copyOf(challenges);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  private static final class Reader {
    private final String text;
    private final List<Challenge> challenges;
    private int at;

    Reader(String text, List<Challenge> challenges) {
      this.text = text;
      this.challenges = challenges;
    }

    void read() {
      while (at < text.length() && challenges.size() < MOST) {
        skip(" \t,");
        var scheme = token();
        if (scheme.isEmpty()) {
          return;
        }
        var parameters = new TreeMap<String, String>();
        while (parameters.size() < MOST && parameter(parameters)) {
          skip(" \t");
        }
        challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), Map.copyOf(parameters)));
      }
    }

    /** False, with nothing consumed, when another challenge begins here. */
    private boolean parameter(Map<String, String> parameters) {
      var start = at;
      skip(" \t,");
      var name = token();
      skip(" \t");
      if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
        at = start;
        return false;
      }
      at++;
      skip(" \t");
      parameters.put(name.toLowerCase(Locale.ROOT), value());
      return true;
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        return token();
      }
      var value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
      }
      at = Math.min(at + 1, text.length());
      return value.toString();
    }

    private String token() {
      var start = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    private void skip(String what) {
      while (at < text.length() && what.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
