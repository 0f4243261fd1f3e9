package io.gantry.agent.build.language;

import io.gantry.agent.build.language.Instruction.Transfer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** COPY and ADD. */
final class TransferParser {
  private static final Set<String> COPY =
      Set.of("from", "chown", "chmod", "link", "parents", "exclude");
  private static final Set<String> ADD =
      Set.of("chown", "chmod", "link", "exclude", "checksum", "keep-git-dir", "unpack");
  private static final Set<String> REPEATABLE = Set.of("exclude");

  private final char escape;

  TransferParser(char escape) {
    this.escape = escape;
  }

  Instruction copy(Flags flags, String rest, List<Heredoc> documents) throws Malformed {
    flags.allow(COPY, REPEATABLE);
    return new Instruction.Copy(transfer("COPY", flags, rest, documents));
  }

  Instruction add(Flags flags, String rest, List<Heredoc> documents) throws Malformed {
    flags.allow(ADD, REPEATABLE);
    return new Instruction.Add(
        transfer("ADD", flags, rest, documents), flags.text("checksum"), flags.is("keep-git-dir"));
  }

  private Transfer transfer(String name, Flags flags, String rest, List<Heredoc> documents)
      throws Malformed {
    var words = JsonForm.parse(rest).orElseGet(() -> Words.split(rest, escape));
    if (words.isEmpty()) {
      throw new Malformed("%s requires at least one argument".formatted(name));
    }
    if (words.size() == 1) {
      throw new Malformed(
          "%s requires at least two arguments, but only one was provided. Destination could not be determined"
              .formatted(name));
    }
    var mode = flags.text("chmod");
    return new Transfer(
        List.copyOf(words.subList(0, words.size() - 1)),
        words.getLast(),
        documents,
        flags.text("from").filter(from -> !from.isEmpty()),
        flags.text("chown").filter(owner -> !owner.isEmpty()),
        mode.isEmpty() ? Optional.empty() : mode,
        flags.is("link"),
        flags.is("parents"),
        flags.texts("exclude"));
  }
}
