package io.gantry.agent.build.language;

import java.util.List;

/** What RUN, CMD and ENTRYPOINT run. */
public sealed interface Command {
  /** A text for the image's shell. */
  record Shell(String text) implements Command {}

  /** The words themselves. */
  record Exec(List<String> words) implements Command {}

  static Command parse(String text) {
    return JsonForm.parse(text).<Command>map(Exec::new).orElseGet(() -> new Shell(text));
  }

  /** As a process gets it. */
  default List<String> words(List<String> shell) {
    return switch (this) {
      case Exec(var words) -> words;
      case Shell(var text) ->
          text.isEmpty()
              ? List.of()
              : java.util.stream.Stream.concat(shell.stream(), java.util.stream.Stream.of(text))
                  .toList();
    };
  }
}
