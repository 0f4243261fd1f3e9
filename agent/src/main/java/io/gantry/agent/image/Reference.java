package io.gantry.agent.image;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A normalised image name: where it lives, what it is called, which one of these.
 *
 * <p>Grammar and rules are those of Docker's references (github.com/distribution/reference): a name
 * without a host means docker.io, a bare word there means library/WORD, and a name alone means the
 * tag latest when one is needed.
 *
 * @param domain "docker.io", "localhost:5000"
 * @param path "library/busybox"
 */
public record Reference(String domain, String path, Optional<String> tag, Optional<String> digest) {
  private static final String DEFAULT_DOMAIN = "docker.io";
  private static final String OFFICIAL = "library/";
  private static final int LONGEST = 1024;

  private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final String HOST =
      "(?:%1$s(?:\\.%1$s)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?".formatted(LABEL);
  private static final String TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
  private static final String DIGEST =
      "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
  private static final Pattern FORM =
      Pattern.compile(
          "(%s)/(%s(?:/%s)*)(?::(%s))?(?:@(%s))?"
              .formatted(HOST, COMPONENT, COMPONENT, TAG, DIGEST));
  private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

  /** As Docker says it. */
  public static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    public Invalid(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** What a user wrote, as a full name. 64 hexadecimal digits are an id, never a name. */
  public static Reference parse(String text) throws Invalid {
    if (IDENTIFIER.matcher(text).matches()) {
      throw new Invalid(
          "invalid repository name (%s), cannot specify 64-byte hexadecimal strings"
              .formatted(text));
    }
    if (text.length() > LONGEST) {
      throw new Invalid("invalid reference format");
    }
    var slash = text.indexOf('/');
    var first = slash < 0 ? "" : text.substring(0, slash);
    var hasDomain =
        slash >= 0
            && (first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.toLowerCase(Locale.ROOT).equals(first));
    var domain = hasDomain ? first : DEFAULT_DOMAIN;
    var rest = hasDomain ? text.substring(slash + 1) : text;
    if (domain.equals("index.docker.io")) {
      domain = DEFAULT_DOMAIN;
    }
    if (domain.equals(DEFAULT_DOMAIN) && rest.indexOf('/') < 0) {
      rest = OFFICIAL + rest;
    }
    var colon = rest.indexOf(':');
    var path = colon < 0 ? rest : rest.substring(0, colon);
    if (!path.toLowerCase(Locale.ROOT).equals(path)) {
      throw new Invalid(
          "invalid reference format: repository name (%s) must be lowercase".formatted(path));
    }
    return match(domain + "/" + rest);
  }

  private static Reference match(String full) throws Invalid {
    var matcher = FORM.matcher(full);
    if (!matcher.matches()) {
      throw new Invalid("invalid reference format");
    }
    if (matcher.group(2).length() > 255) {
      throw new Invalid("repository name must not be more than 255 characters");
    }
    var digest = Optional.ofNullable(matcher.group(4));
    if (digest.isPresent()) {
      checkDigest(digest.get());
    }
    return new Reference(
        matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3)), digest);
  }

  private static void checkDigest(String digest) throws Invalid {
    var colon = digest.indexOf(':');
    var length =
        switch (digest.substring(0, colon)) {
          case "sha256" -> 64;
          case "sha384" -> 96;
          case "sha512" -> 128;
          default -> throw new Invalid("unsupported digest algorithm");
        };
    var hex = digest.substring(colon + 1);
    if (hex.length() != length) {
      throw new Invalid("invalid checksum digest length");
    }
    if (!hex.toLowerCase(Locale.ROOT).equals(hex)) {
      throw new Invalid("invalid checksum digest format");
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static Reference ofCanonical(String text) {
    try {
      return match(text);
    } catch (Invalid e) {
      throw new IllegalArgumentException("not a normalised reference: " + text, e);
    }
  }

  /** With the tag latest when it has neither tag nor digest. */
  public Reference withDefaultTag() {
    return tag.isPresent() || digest.isPresent() ? this : withTag("latest");
  }

  public Reference withTag(String newTag) {
    return new Reference(domain, path, Optional.of(newTag), Optional.empty());
  }

  public Reference withDigest(String newDigest) {
    return new Reference(domain, path, Optional.empty(), Optional.of(newDigest));
  }

  /** Without the tag when it has both: a digest says it all, and Docker stores such a name so. */
  public Reference forLookup() {
    return digest.isPresent() && tag.isPresent() ? withDigest(digest.get()) : withDefaultTag();
  }

  public String repository() {
    return domain + "/" + path;
  }

  /** The repository as people write it. */
  public String familiarRepository() {
    if (!domain.equals(DEFAULT_DOMAIN)) {
      return repository();
    }
    var bare = path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
    if (bare.indexOf('/') < 0) {
      return bare;
    }
    // library/a/b keeps its prefix, and a first part that looks like a host the host before it:
    // short, they would be
    // read as other names.
    var first = path.substring(0, path.indexOf('/'));
    return first.contains(".") || first.equals("localhost") ? repository() : path;
  }

  public String familiar() {
    return familiarRepository() + suffix();
  }

  @Override
  public String toString() {
    return repository() + suffix();
  }

  private String suffix() {
    return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
