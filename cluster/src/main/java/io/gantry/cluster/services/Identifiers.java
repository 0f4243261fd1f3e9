package io.gantry.cluster.services;

import io.gantry.agent.NameMaker;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.function.Predicate;

/**
 * Ids of services and tasks, in the form that Docker's have: 25 characters of 0 to 9 and a to z.
 */
final class Identifiers {
  private static final int LENGTH = 25;
  private static final int BITS = 128;
  private final SecureRandom random;

  Identifiers(SecureRandom random) {
    this.random = random;
  }

  String next() {
    var text = new BigInteger(BITS, random).toString(Character.MAX_RADIX);
    return "0".repeat(LENGTH - Math.min(LENGTH, text.length())) + text;
  }

  /** For a service that was given none. */
  String name(Predicate<String> taken) {
    for (var attempt = 0; ; attempt++) {
      // Docker's rules for names of services know a dash, and so do those for names of hosts.
      var made = NameMaker.name(random, attempt).replace('_', '-');
      if (!taken.test(made)) {
        return made;
      }
    }
  }
}
