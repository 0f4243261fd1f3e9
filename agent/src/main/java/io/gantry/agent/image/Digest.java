package io.gantry.agent.image;

import io.gantry.agent.host.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A SHA-256 content digest, "sha256:" and 64 lower-case hexadecimal digits (OCI image-spec,
 * descriptor.md).
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String PREFIX = "sha256:";

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("invalid sha256 digest: " + hex);
    }
  }

  /** With the "sha256:" before it. */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException("unsupported digest algorithm: " + text);
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** Of a file or directory that is called by its digest's digits; empty: it is not. */
  static Optional<Digest> ofName(String name) {
    return HEX.matcher(name).matches() ? Optional.of(new Digest(name)) : Optional.empty();
  }

  public static boolean isDigest(String text) {
    return text.startsWith(PREFIX) && HEX.matcher(text.substring(PREFIX.length())).matches();
  }

  public static Digest of(byte[] bytes) {
    return ofHash(hasher().digest(bytes));
  }

  /** What a hasher of {@link #hasher} came to. */
  public static Digest ofHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  public static MessageDigest hasher() {
    return Sha256.create();
  }

  /** The digest of a stack of layers, lowest first (OCI image-spec, config.md, "Layer ChainID"). */
  public static Digest chain(Iterable<Digest> diffIds) {
    Digest chain = null;
    for (var diffId : diffIds) {
      chain =
          chain == null ? diffId : of((chain + " " + diffId).getBytes(StandardCharsets.US_ASCII));
    }
    if (chain == null) {
      throw new IllegalArgumentException("no layers, no chain");
    }
    return chain;
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
