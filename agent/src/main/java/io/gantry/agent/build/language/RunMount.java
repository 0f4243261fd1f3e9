package io.gantry.agent.build.language;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code RUN --mount}: what a step sees beside its root.
 *
 * @param from stage or image of a bind or cache; empty: the build's context, or nothing
 * @param source path there
 * @param target path in the step; empty: the type's default
 * @param id of a cache, secret or agent; empty: the target
 * @param environment variable a secret is given in; empty: none
 * @param readOnly as given; empty: the type's default
 * @param size bound of a tmpfs in bytes; 0: none
 */
public record RunMount(
    Type type,
    String from,
    String source,
    String target,
    String id,
    String environment,
    Sharing sharing,
    Optional<Boolean> readOnly,
    boolean required,
    OptionalInt mode,
    OptionalInt uid,
    OptionalInt gid,
    long size) {
  /** What is mounted. */
  public enum Type {
    BIND,
    CACHE,
    TMPFS,
    SECRET,
    SSH
  }

  /** Whether several steps may write a cache at once. */
  public enum Sharing {
    SHARED,
    PRIVATE,
    LOCKED
  }

  private static final Set<String> KEYS =
      Set.of(
          "type",
          "from",
          "source",
          "src",
          "target",
          "dst",
          "destination",
          "id",
          "env",
          "sharing",
          "readonly",
          "ro",
          "readwrite",
          "rw",
          "required",
          "mode",
          "uid",
          "gid",
          "size");

  /** A step of replacing variables in a value. */
  public interface Expander {
    String expand(String word) throws Malformed;
  }

  public RunMount expanded(Expander expander) throws Malformed {
    return new RunMount(
        type,
        expander.expand(from),
        expander.expand(source),
        expander.expand(target),
        expander.expand(id),
        environment,
        sharing,
        readOnly,
        required,
        mode,
        uid,
        gid,
        size);
  }

  static RunMount parse(String text) throws Malformed {
    var given = fields(text);
    var type = type(given.getOrDefault("type", "bind"));
    return new RunMount(
        type,
        given.getOrDefault("from", ""),
        first(given, "source", "src"),
        first(given, "target", "dst", "destination"),
        given.getOrDefault("id", ""),
        given.getOrDefault("env", ""),
        sharing(given.getOrDefault("sharing", "shared")),
        readOnly(given),
        flag(given, "required").orElse(false),
        number(given, "mode", 8),
        number(given, "uid", 10),
        number(given, "gid", 10),
        size(given.getOrDefault("size", "0")));
  }

  private static Map<String, String> fields(String text) throws Malformed {
    var fields = new HashMap<String, String>();
    var seen = new HashSet<String>();
    for (var field : text.split(",")) {
      var equals = field.indexOf('=');
      var key = (equals < 0 ? field : field.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
      if (!KEYS.contains(key)) {
        throw new Malformed("unexpected key '%s' in '%s'".formatted(key, field));
      }
      if (!seen.add(key)) {
        throw new Malformed("duplicate key '%s' in '%s'".formatted(key, text));
      }
      fields.put(key, equals < 0 ? "true" : field.substring(equals + 1));
    }
    return fields;
  }

  private static String first(Map<String, String> given, String... keys) {
    for (var key : keys) {
      var value = given.get(key);
      if (value != null) {
        return value;
      }
    }
    return "";
  }

  private static Type type(String name) throws Malformed {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "bind" -> Type.BIND;
      case "cache" -> Type.CACHE;
      case "tmpfs" -> Type.TMPFS;
      case "secret" -> Type.SECRET;
      case "ssh" -> Type.SSH;
      case String other -> throw new Malformed("unsupported mount type \"%s\"".formatted(other));
    };
  }

  private static Sharing sharing(String name) throws Malformed {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "shared" -> Sharing.SHARED;
      case "private" -> Sharing.PRIVATE;
      case "locked" -> Sharing.LOCKED;
      case String other -> throw new Malformed("unsupported sharing value \"%s\"".formatted(other));
    };
  }

  private static Optional<Boolean> readOnly(Map<String, String> given) throws Malformed {
    for (var key : new String[] {"readonly", "ro"}) {
      var value = flag(given, key);
      if (value.isPresent()) {
        return value;
      }
    }
    for (var key : new String[] {"readwrite", "rw"}) {
      var value = flag(given, key);
      if (value.isPresent()) {
        return value.map(yes -> !yes);
      }
    }
    return Optional.empty();
  }

  private static Optional<Boolean> flag(Map<String, String> given, String key) throws Malformed {
    var value = given.get(key);
    if (value == null) {
      return Optional.empty();
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1", "t" -> Optional.of(true);
      case "false", "0", "f" -> Optional.of(false);
      default -> throw new Malformed("invalid value for %s: %s".formatted(key, value));
    };
  }

  private static OptionalInt number(Map<String, String> given, String key, int radix)
      throws Malformed {
    var value = given.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseUnsignedInt(value, radix));
    } catch (NumberFormatException e) {
      throw new Malformed("invalid value %s for %s".formatted(value, key));
    }
  }

  private static long size(String text) throws Malformed {
    var lower = text.toLowerCase(Locale.ROOT);
    var digits = lower.replaceFirst("[kmgt]?b?$", "");
    var unit = lower.substring(digits.length()).replace("b", "");
    try {
      long shift =
          switch (unit) {
            case "" -> 0;
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 40;
          };
      return Math.multiplyExact(Long.parseUnsignedLong(digits), 1L << shift);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new Malformed("invalid size: '%s'".formatted(text));
    }
  }
}
