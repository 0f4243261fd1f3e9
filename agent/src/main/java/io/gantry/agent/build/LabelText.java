package io.gantry.agent.build;

import io.gantry.agent.build.language.Instruction;
import io.gantry.agent.build.language.NameValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labels that the client asks for: an instruction each after the last one. */
final class LabelText {
  private LabelText() {}

  /** In the order of their names. */
  static List<Instruction.Label> instructions(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> new NameValue(quoted(label.getKey()), quoted(label.getValue()), false))
            .map(pair -> new Instruction.Label(List.of(pair)))
            .toList();
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
