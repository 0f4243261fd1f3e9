package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** As much of JSON Schema (draft 4) as the runtime-spec's own schemas use. */
final class Schema {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, JsonNode> FILES = new ConcurrentHashMap<>();

  private final List<String> objections = new ArrayList<>();

  private Schema() {}

  /** What is wrong with a config.json; empty: nothing. */
  static List<String> objections(JsonNode configuration) {
    var schema = new Schema();
    schema.check("config-schema.json", file("config-schema.json"), configuration, "");
    return schema.objections;
  }

  private static JsonNode file(String name) {
    return FILES.computeIfAbsent(
        name,
        _ -> {
          try (var in = Schema.class.getResourceAsStream("/oci/" + name)) {
            return JSON.readTree(in);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void check(String file, JsonNode schema, JsonNode value, String at) {
    if (schema.has("$ref")) {
      var reference = schema.get("$ref").asText();
      var hash = reference.indexOf('#');
      var target = hash == 0 ? file : reference.substring(0, hash < 0 ? reference.length() : hash);
      var pointer = hash < 0 ? "" : reference.substring(hash + 1);
      var found = file(target).at(pointer);
      if (found.isMissingNode()) {
        throw new IllegalStateException("no " + reference + " in " + file);
      }
      check(target, found, value, at);
      return;
    }
    type(schema, value, at);
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      object(at, "is none of " + schema.get("enum"));
    }
    if (schema.has("pattern")
        && value.isTextual()
        && !Pattern.compile(schema.get("pattern").asText()).matcher(value.asText()).find()) {
      object(at, "does not match " + schema.get("pattern"));
    }
    bounds(schema, value, at);
    for (var each : schema.path("required")) {
      if (value.isObject() && !value.has(each.asText())) {
        object(at, "lacks " + each.asText());
      }
    }
    for (var property : schema.path("properties").properties()) {
      if (value.has(property.getKey())) {
        check(
            file, property.getValue(), value.get(property.getKey()), at + "/" + property.getKey());
      }
    }
    for (var pattern : schema.path("patternProperties").properties()) {
      value
          .properties()
          .forEach(
              each -> {
                if (Pattern.compile(pattern.getKey()).matcher(each.getKey()).find()) {
                  check(file, pattern.getValue(), each.getValue(), at + "/" + each.getKey());
                }
              });
    }
    if (value.isArray() && schema.has("items")) {
      for (var i = 0; i < value.size(); i++) {
        check(file, schema.get("items"), value.get(i), at + "/" + i);
      }
    }
    for (var all : schema.path("allOf")) {
      check(file, all, value, at);
    }
    any(file, schema.path("anyOf"), value, at);
    any(file, schema.path("oneOf"), value, at);
  }

  private void any(String file, JsonNode schemas, JsonNode value, String at) {
    if (schemas.isEmpty()) {
      return;
    }
    for (var each : schemas) {
      var alone = new Schema();
      alone.check(file, each, value, at);
      if (alone.objections.isEmpty()) {
        return;
      }
    }
    object(at, "fits none of " + schemas);
  }

  private void type(JsonNode schema, JsonNode value, String at) {
    var fits =
        switch (schema.path("type").asText()) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "boolean" -> value.isBoolean();
          case "" -> true;
          default -> throw new IllegalStateException("type " + schema.get("type"));
        };
    if (!fits) {
      object(at, "is no " + schema.get("type") + ": " + value);
    }
  }

  private void bounds(JsonNode schema, JsonNode value, String at) {
    if (!value.isIntegralNumber()) {
      return;
    }
    var number = value.bigIntegerValue();
    if (schema.has("minimum") && number.compareTo(schema.get("minimum").bigIntegerValue()) < 0) {
      object(at, value + " is less than " + schema.get("minimum"));
    }
    if (schema.has("maximum") && number.compareTo(schema.get("maximum").bigIntegerValue()) > 0) {
      object(at, value + " is more than " + schema.get("maximum"));
    }
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (var each : values) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private void object(String at, String what) {
    objections.add((at.isEmpty() ? "/" : at) + " " + what);
  }
}
