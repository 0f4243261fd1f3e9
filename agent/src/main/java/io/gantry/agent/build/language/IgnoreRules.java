package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.List;

/** What a {@code .dockerignore} leaves out of the context. Of rules that match the last decides. */
public final class IgnoreRules {
  private static final int MOST = 10_000;

  private record Rule(PathPattern pattern, boolean keeps) {}

  public static final IgnoreRules NONE = new IgnoreRules(List.of());

  private final List<Rule> rules;

  private IgnoreRules(List<Rule> rules) {
    this.rules = rules;
  }

  public static IgnoreRules parse(String text) throws SyntaxError {
    var lines = new ArrayList<String>();
    for (var line : LineReader.split(text)) {
      if (!line.startsWith("#") && !line.isBlank()) {
        lines.add(line.strip());
      }
    }
    return of(lines);
  }

  /** Patterns as {@code --exclude} gives them. */
  public static IgnoreRules of(List<String> patterns) throws SyntaxError {
    if (patterns.size() > MOST) {
      throw new SyntaxError("more than %d patterns to ignore files".formatted(MOST));
    }
    var rules = new ArrayList<Rule>();
    for (var line : patterns) {
      var keeps = line.startsWith("!");
      var text = keeps ? line.substring(1).strip() : line;
      if (text.isEmpty()) {
        throw new SyntaxError("illegal exclusion pattern: \"!\"");
      }
      var pattern = PathPattern.of(text);
      if (!pattern.isEmpty()) {
        rules.add(new Rule(pattern, keeps));
      }
    }
    return new IgnoreRules(List.copyOf(rules));
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Some rule keeps what another leaves out: a directory left out must still be looked into. */
  public boolean hasExceptions() {
    return rules.stream().anyMatch(Rule::keeps);
  }

  /** {@code path}: from the root, without a slash before it. */
  public boolean leavesOut(String path) {
    var out = false;
    for (var rule : rules) {
      if (rule.keeps() == out && rule.pattern().matchesOrAbove(path)) {
        out = !rule.keeps();
      }
    }
    return out;
  }
}
