package io.gantry.agent.docker;

import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.agent.docker.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The {@code filters} parameter: {@code {"key":["value"]}} or {@code {"key":{"value":true}}}.
 * Values of one key are alternatives, keys must all hold.
 */
record Filters(Map<String, List<String>> values) {
  private static final int MAX_PATTERN = 1024;

  static Filters none() {
    return new Filters(Map.of());
  }

  /**
   * @throws Refusal for what is neither form, and for a key outside of {@code known}
   */
  static Filters parse(Optional<String> text, Set<String> known) {
    var filters = parse(text);
    for (var key : filters.values().keySet()) {
      if (!known.contains(key)) {
        throw Refusal.invalid("invalid filter '%s'".formatted(key));
      }
    }
    return filters;
  }

  /**
   * @throws Refusal for what is neither form
   */
  static Filters parse(Optional<String> text) {
    if (text.isEmpty() || text.get().isEmpty()) {
      return none();
    }
    var result = new LinkedHashMap<String, List<String>>();
    var tree = JsonObject.filters(ByteString.fromString(text.get()));
    for (var entry : tree.properties()) {
      result.put(entry.getKey(), values(entry.getKey(), entry.getValue()));
    }
    return new Filters(result);
  }

  private static List<String> values(String key, JsonNode node) {
    var values = new ArrayList<String>();
    switch (node.getNodeType()) {
      case ARRAY -> {
        for (var item : node) {
          if (!item.isTextual()) {
            throw Refusal.invalid("invalid filter '%s': values must be strings".formatted(key));
          }
          values.add(item.textValue());
        }
      }
      case OBJECT -> {
        for (var entry : node.properties()) {
          if (!entry.getValue().isBoolean()) {
            throw Refusal.invalid("invalid filter '%s': expected {\"value\": true}".formatted(key));
          }
          values.add(entry.getKey());
        }
      }
      case STRING -> values.add(node.textValue());
      case BINARY, BOOLEAN, MISSING, NULL, NUMBER, POJO ->
          throw Refusal.invalid(
              "invalid filter '%s': expected an array or an object".formatted(key));
    }
    return values;
  }

  boolean has(String key) {
    return !get(key).isEmpty();
  }

  List<String> get(String key) {
    return values.getOrDefault(key, List.of());
  }

  /** True when the key is not given or one of its values satisfies. */
  boolean any(String key, Predicate<String> satisfies) {
    var given = get(key);
    return given.isEmpty() || given.stream().anyMatch(satisfies);
  }

  /** {@code key}, {@code key=value}; all of them must hold. */
  boolean labels(String key, Map<String, String> labels) {
    return get(key).stream().allMatch(wanted -> hasLabel(labels, wanted));
  }

  static boolean hasLabel(Map<String, String> labels, String wanted) {
    var equals = wanted.indexOf('=');
    if (equals < 0) {
      return labels.containsKey(wanted);
    }
    return wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }

  /** A value as Docker's filters match names: a regular expression found anywhere, or the text. */
  boolean matches(String key, String... candidates) {
    return any(
        key,
        value -> {
          var pattern = pattern(key, value);
          for (var candidate : candidates) {
            if (candidate.equals(value) || pattern.matcher(candidate).find()) {
              return true;
            }
          }
          return false;
        });
  }

  private static Pattern pattern(String key, String value) {
    if (value.length() > MAX_PATTERN) {
      throw Refusal.invalid("invalid filter '%s': pattern is too long".formatted(key));
    }
    try {
      return Pattern.compile(value);
    } catch (PatternSyntaxException e) {
      return Pattern.compile(Pattern.quote(value));
    }
  }

  /** A boolean filter that may be given once. */
  Optional<Boolean> bool(String key) {
    var given = get(key);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (given.size() > 1) {
      throw Refusal.invalid("invalid filter '%s=%s'".formatted(key, given));
    }
    return switch (given.getFirst()) {
      case "1", "true", "True", "TRUE", "t", "T" -> Optional.of(true);
      case "0", "false", "False", "FALSE", "f", "F" -> Optional.of(false);
      default -> throw Refusal.invalid("invalid filter '%s=[%s]'".formatted(key, given.getFirst()));
    };
  }
}
