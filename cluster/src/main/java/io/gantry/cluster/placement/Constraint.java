package io.gantry.cluster.placement;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * "host==h1", "host!=h*". {@code node} says the same as {@code host}.
 *
 * @param host a name or an id; an asterisk stands for any characters
 * @param wanted whether the container is to be there
 * @param soft it is only preferred ("host==~h1")
 */
public record Constraint(String host, boolean wanted, boolean soft) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:host|node|node\\.hostname|node\\.id)\\s*(==|!=)\\s*(~?)\\s*([A-Za-z0-9*][A-Za-z0-9_.*-]*)");

  /** Empty: it is none. */
  public static Optional<Constraint> parse(String text) {
    var form = FORM.matcher(text.strip());
    return form.matches()
        ? Optional.of(
            new Constraint(form.group(3), form.group(1).equals("=="), !form.group(2).isEmpty()))
        : Optional.empty();
  }

  boolean holds(Candidate candidate) {
    var meant = matches(candidate.name()) || matches(candidate.id());
    return meant == wanted;
  }

  /** Without going back further than the last asterisk, so that its time is bounded. */
  private boolean matches(String text) {
    var at = 0;
    var from = 0;
    var asterisk = -1;
    var resume = 0;
    while (at < text.length()) {
      if (from < host.length() && host.charAt(from) == '*') {
        asterisk = from++;
        resume = at;
      } else if (from < host.length() && host.charAt(from) == text.charAt(at)) {
        from++;
        at++;
      } else if (asterisk >= 0) {
        from = asterisk + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (from < host.length() && host.charAt(from) == '*') {
      from++;
    }
    return from == host.length();
  }

  @Override
  public String toString() {
    return "host" + (wanted ? "==" : "!=") + (soft ? "~" : "") + host;
  }
}
