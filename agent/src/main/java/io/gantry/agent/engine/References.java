package io.gantry.agent.engine;

import io.gantry.agent.Outcome;
import io.gantry.agent.container.Board;
import io.gantry.agent.container.Names;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Exec;
import java.util.Optional;

/** Containers by what people call them: full id, name, then a prefix of the id. */
final class References {
  private final Board board;
  private final Names names;

  References(Board board, Names names) {
    this.board = board;
    this.names = names;
  }

  Outcome<Container> find(String reference) {
    var name = reference.startsWith("/") ? reference.substring(1) : reference;
    var found =
        board
            .find(name)
            .or(() -> names.id(name).flatMap(board::find))
            .or(() -> isHex(name) ? board.byPrefix(name) : Optional.empty());
    if (found.isPresent()) {
      return Outcome.done(found.get());
    }
    return isHex(name) && board.isAmbiguous(name)
        ? Outcome.refused(
            ErrorKind.INVALID, "multiple IDs found with provided prefix: " + reference)
        : Outcome.refused(ErrorKind.NOT_FOUND, "No such container: " + reference);
  }

  Outcome<Exec> exec(String execId) {
    return board
        .exec(execId)
        .map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorKind.NOT_FOUND, "No such exec instance: " + execId));
  }

  private static boolean isHex(String text) {
    return !text.isEmpty()
        && text.length() <= 64
        && text.chars().allMatch(one -> (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f'));
  }
}
