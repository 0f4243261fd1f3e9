package io.gantry.agent.build;

import io.gantry.agent.build.language.Instruction;
import io.gantry.agent.build.language.NameValue;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labels that the client asks for: an instruction after the last one. */
final class LabelText {
  private LabelText() {}

  static Instruction.Label instruction(Map<String, String> labels) {
    return new Instruction.Label(
        new TreeMap<>(labels)
            .entrySet().stream()
                .map(
                    label -> new NameValue(quoted(label.getKey()), quoted(label.getValue()), false))
                .toList());
  }

  /** No quote inside needs an escape character then, and no variable is replaced. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\"'\"'") + "'";
  }

  static String of(Instruction.Label label) {
    return "LABEL "
        + label.pairs().stream()
            .map(pair -> plain(pair.name()) + "=" + plain(pair.value()))
            .collect(Collectors.joining(" "));
  }

  private static String plain(String quoted) {
    return quoted.substring(1, quoted.length() - 1).replace("'\"'\"'", "'");
  }
}
