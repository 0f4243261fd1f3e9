package io.gantry.agent.image;

import io.gantry.agent.Outcome;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.tar.TarException;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** Tells whose fault a failure is: the sender's, a full disk's, or ours. */
final class Failures {
  // An archive whose entries contradict each other: a file below a file, a loop of links, a name
  // too long.
  private static final Set<Integer> CONTRADICTIONS =
      Set.of(
          TreeException.EEXIST,
          TreeException.ENOTDIR,
          TreeException.ELOOP,
          TreeException.ENAMETOOLONG);

  private Failures() {}

  static <T> Outcome<T> outcome(String what, Exception failure) {
    var message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case BadImage _, TarException _ -> Outcome.refused(ErrorKind.INVALID, message);
      case TreeException e when e.errno() == TreeException.ENOSPC ->
          Outcome.refused(ErrorKind.EXHAUSTED, "cannot %s: %s".formatted(what, message));
      case TreeException e when CONTRADICTIONS.contains(e.errno()) ->
          Outcome.refused(ErrorKind.INVALID, "cannot %s: %s".formatted(what, message));
      case IOException _ when message.toLowerCase(Locale.ROOT).contains("no space left") ->
          Outcome.refused(
              ErrorKind.EXHAUSTED, "cannot %s: no space left on device".formatted(what));
      case IOException _ ->
          Outcome.refused(ErrorKind.INTERNAL, "cannot %s: %s".formatted(what, message));
      default -> {
        LoggerFactory.getLogger(Failures.class).error("cannot {}", what, failure);
        yield Outcome.refused(ErrorKind.INTERNAL, "cannot %s: %s".formatted(what, failure));
      }
    };
  }
}
