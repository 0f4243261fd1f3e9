package io.gantry.agent.host.bundle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables Docker sets where nobody has. */
final class Environment {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private Environment() {}

  /** {@code given} as KEY=VALUE; a later one wins; one without a value removes the default. */
  static List<String> of(List<String> given, String hostname, boolean tty, Identity user) {
    var variables = new LinkedHashMap<String, String>();
    variables.put("PATH", PATH);
    variables.put("HOSTNAME", hostname);
    if (tty) {
      variables.put("TERM", "xterm");
    }
    put(variables, given);
    variables.putIfAbsent("HOME", user.home());
    return list(variables);
  }

  /**
   * @param configured what the container's process runs with; its home may be another user's
   * @param base the container's own variables
   * @param given the exec's
   */
  static List<String> ofExec(
      List<String> configured,
      Map<String, String> base,
      List<String> given,
      boolean tty,
      Identity user) {
    var variables = new LinkedHashMap<String, String>();
    put(variables, configured);
    variables.remove("HOME");
    variables.putAll(base);
    if (tty) {
      variables.putIfAbsent("TERM", "xterm");
    }
    put(variables, given);
    variables.putIfAbsent("HOME", user.home());
    return list(variables);
  }

  private static void put(Map<String, String> variables, List<String> given) {
    for (var each : given) {
      var equals = each.indexOf('=');
      if (equals > 0) {
        variables.put(each.substring(0, equals), each.substring(equals + 1));
      } else if (equals < 0) {
        variables.remove(each);
      }
    }
  }

  private static List<String> list(Map<String, String> variables) {
    var list = new ArrayList<String>(variables.size());
    variables.forEach((key, value) -> list.add(key + "=" + value));
    return list;
  }
}
