package io.gantry.agent.image;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** As images name them: linux/amd64, linux/arm64/v8 (OCI image-spec, image-index.md). */
public record Platform(String os, String architecture, String variant) {
  private static final Pattern COMPONENT = Pattern.compile("^[A-Za-z0-9_.-]+$");
  private static final Set<String> SYSTEMS =
      Set.of("linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "wasi");
  private static final Set<String> ARCHITECTURES =
      Set.of(
          "386",
          "amd64",
          "arm",
          "arm64",
          "loong64",
          "mips",
          "mips64",
          "mips64le",
          "mipsle",
          "ppc64",
          "ppc64le",
          "riscv64",
          "s390x",
          "wasm");

  /**
   * What a user wrote; nothing is this host's.
   *
   * @throws BadImage when it is no platform
   */
  public static Platform parse(String text) throws BadImage {
    if (text.isEmpty()) {
      return host();
    }
    var parts = text.toLowerCase(Locale.ROOT).split("/", -1);
    for (var part : parts) {
      if (!COMPONENT.matcher(part).matches()) {
        throw new BadImage(
            "\"%s\" is an invalid component of \"%s\": platform specifier component must match \"%s\": invalid argument"
                .formatted(part, text, COMPONENT));
      }
    }
    return switch (parts.length) {
      case 1 -> ofOnePart(text, parts[0]);
      case 2 -> new Platform(parts[0], parts[1], "");
      case 3 -> new Platform(parts[0], parts[1], parts[2]);
      default ->
          throw new BadImage(
              "\"%s\": cannot parse platform specifier: invalid argument".formatted(text));
    };
  }

  private static Platform ofOnePart(String text, String part) throws BadImage {
    var host = host();
    if (SYSTEMS.contains(part)) {
      return new Platform(part, host.architecture(), host.variant());
    }
    var normal = new Platform(host.os(), part, "").normal();
    if (ARCHITECTURES.contains(normal.architecture())) {
      return normal;
    }
    throw new BadImage(
        "\"%s\": unknown operating system or architecture: invalid argument".formatted(text));
  }

  public static Platform host() {
    return switch (System.getProperty("os.arch", "")) {
      case "aarch64" -> new Platform("linux", "arm64", "v8");
      case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
      case String other -> new Platform("linux", other, "");
    };
  }

  /** The same platform, written the one way that others are compared with. */
  public Platform normal() {
    return switch (architecture) {
      case "x86_64", "x86-64" -> new Platform(os, "amd64", variant.equals("v1") ? "" : variant);
      case "amd64" -> new Platform(os, "amd64", variant.equals("v1") ? "" : variant);
      case "aarch64", "arm64" -> new Platform(os, "arm64", variant.equals("v8") ? "" : variant);
      case "armhf" -> new Platform(os, "arm", "v7");
      case "armel" -> new Platform(os, "arm", "v6");
      case "arm" -> new Platform(os, "arm", variant.isEmpty() ? "v7" : variant);
      case String other -> new Platform(os, other, variant);
    };
  }

  /**
   * How well a host of this platform runs what was made for {@code other}: 0 is best, more is
   * worse, negative is not at all. A processor runs the code of the variants before its own.
   */
  public int distance(Platform other) {
    var mine = normal();
    var theirs = other.normal();
    if (!mine.os.equals(theirs.os) || !mine.architecture.equals(theirs.architecture)) {
      return -1;
    }
    if (mine.variant.equals(theirs.variant)) {
      return 0;
    }
    var have = number(mine);
    var want = number(theirs);
    return have < 0 || want < 0 || want > have ? -1 : have - want;
  }

  private static int number(Platform platform) {
    return switch (platform.variant) {
      case "" -> platform.architecture.equals("arm64") ? 8 : 1;
      case String text when text.matches("v[0-9]{1,2}") -> Integer.parseInt(text.substring(1));
      case String _ -> -1;
    };
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
