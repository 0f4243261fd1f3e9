package io.gantry.cluster.authority;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What lets a host into a cluster: by the fingerprint it knows that it speaks to the cluster and to
 * nobody between, by the secret the cluster knows that it may come. Written {@code
 * GANTRY-1-FINGERPRINT-SECRET}; the 1 is the version of this form.
 */
public record JoinToken(String fingerprint, String secret) {
  private static final Pattern FORM = Pattern.compile("GANTRY-1-([0-9a-f]{64})-([a-z2-7]{26})");
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int SECRET_LETTERS = 26; // 130 bits

  public static Optional<JoinToken> parse(String text) {
    var form = FORM.matcher(text.strip());
    return form.matches()
        ? Optional.of(new JoinToken(form.group(1), form.group(2)))
        : Optional.empty();
  }

  /** {@code random} has to be one that nobody can guess. */
  public static String newSecret(RandomGenerator random) {
    var secret = new StringBuilder();
    for (var at = 0; at < SECRET_LETTERS; at++) {
      secret.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return secret.toString();
  }

  /** In a time that does not tell how much of it was right. */
  public static boolean same(String secret, String given) {
    return !secret.isEmpty()
        && MessageDigest.isEqual(
            secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  public String text() {
    return "GANTRY-1-%s-%s".formatted(fingerprint, secret);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "GANTRY-1-%s-***".formatted(fingerprint);
  }
}
