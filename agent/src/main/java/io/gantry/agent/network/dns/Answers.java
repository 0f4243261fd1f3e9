package io.gantry.agent.network.dns;

import io.gantry.agent.ContainerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What the book says to a question; empty: the book does not know, the world may. */
final class Answers {
  private static final String REVERSE_4 = ".in-addr.arpa";
  private static final String REVERSE_6 = ".ip6.arpa";
  private static final int NIBBLES = 32;

  private final NameBook book;
  private final RandomGenerator random;

  Answers(NameBook book, RandomGenerator random) {
    this.book = book;
    this.random = random;
  }

  Optional<byte[]> local(ContainerId asker, byte[] query, Question question, int room) {
    if (question.kind() != Question.INTERNET) {
      return Optional.empty();
    }
    if (question.type() == Question.PTR) {
      return address(NameBook.lower(question.name()))
          .flatMap(address -> book.reverse(asker, address))
          .map(name -> Reply.pointer(query, question, name));
    }
    var found = book.lookup(asker, question.name());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!question.asksForAddress()) {
      // The name is ours; nobody else may say what else is called so.
      return Optional.of(Reply.code(query, question, 0));
    }
    return Optional.of(Reply.addresses(query, question, shuffled(found), room));
  }

  /** The order is the balance: most clients take the first. */
  private List<InetAddress> shuffled(List<InetAddress> addresses) {
    var order = new ArrayList<>(addresses);
    Collections.shuffle(order, random);
    return order;
  }

  /** Of "4.3.2.1.in-addr.arpa", or of 32 nibbles before "ip6.arpa". */
  static Optional<InetAddress> address(String name) {
    try {
      if (name.endsWith(REVERSE_4)) {
        var parts = name.substring(0, name.length() - REVERSE_4.length()).split("\\.", -1);
        if (parts.length != 4) {
          return Optional.empty();
        }
        var bytes = new byte[4];
        for (var i = 0; i < 4; i++) {
          var value = Integer.parseInt(parts[3 - i]);
          if (value < 0 || value > 255) {
            return Optional.empty();
          }
          bytes[i] = (byte) value;
        }
        return Optional.of(InetAddress.getByAddress(bytes));
      }
      return name.endsWith(REVERSE_6)
          ? v6(name.substring(0, name.length() - REVERSE_6.length()).split("\\.", -1))
          : Optional.empty();
    } catch (NumberFormatException | UnknownHostException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<InetAddress> v6(String[] nibbles) throws UnknownHostException {
    if (nibbles.length != NIBBLES) {
      return Optional.empty();
    }
    var bytes = new byte[NIBBLES / 2];
    for (var i = 0; i < NIBBLES; i++) {
      var nibble = nibbles[NIBBLES - 1 - i];
      var value = nibble.length() == 1 ? Character.digit(nibble.charAt(0), 16) : -1;
      if (value < 0) {
        return Optional.empty();
      }
      bytes[i / 2] |= (byte) (i % 2 == 0 ? value << 4 : value);
    }
    return Optional.of(InetAddress.getByAddress(bytes));
  }
}
