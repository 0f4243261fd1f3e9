package io.gantry.agent.docker.json;

import akka.util.ByteString;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gantry.agent.docker.Refusal;
import io.gantry.protocol.v1.StringList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object from a client, read strictly: a field of the wrong type, a name given twice, what
 * follows the value and what nests too deep are refused with the field's path. As in Go, names
 * match regardless of case when none matches exactly, null is the same as absent, and fields that
 * nobody reads are ignored.
 */
public final class JsonObject {
  private static final int MAX_DEPTH = 64;
  private static final ObjectReader READER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(64)
                          .maxStringLength(4 << 20)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final String path;
  private final JsonNode node;

  private JsonObject(String path, JsonNode node) {
    this.path = path;
    this.node = node;
  }

  /**
   * @throws Refusal when it is not exactly one JSON object
   */
  public static JsonObject parse(ByteString body) {
    if (body.isEmpty()) {
      throw Refusal.invalid("invalid JSON: got EOF while reading request body");
    }
    var node = tree(body.toArrayUnsafe());
    if (!node.isObject() && !node.isNull()) {
      throw Refusal.invalid("invalid JSON: expected an object, found " + kind(node));
    }
    return new JsonObject("", node.isNull() ? JsonNodeFactory.instance.objectNode() : node);
  }

  /** As {@link #parse}, but nothing at all is an empty object. */
  public static JsonObject parseOrEmpty(ByteString body) {
    return body.isEmpty() ? new JsonObject("", JsonNodeFactory.instance.objectNode()) : parse(body);
  }

  /** The object of a filters parameter, as a tree. */
  public static JsonNode filters(ByteString text) {
    var node = tree(text.toArrayUnsafe());
    if (!node.isObject()) {
      throw Refusal.invalid("invalid filters: expected an object, found " + kind(node));
    }
    return node;
  }

  static JsonNode tree(byte[] text) {
    try {
      JsonNode node = READER.readValue(text);
      if (node == null || node.isMissingNode()) {
        throw Refusal.invalid("invalid JSON: got EOF while reading request body");
      }
      return node;
    } catch (MismatchedInputException e) {
      throw Refusal.invalid("invalid JSON: " + nothingOr(firstLine(e)));
    } catch (JsonProcessingException e) {
      throw Refusal.invalid("invalid JSON: " + firstLine(e));
    } catch (IOException e) {
      throw Refusal.invalid("invalid JSON: " + e.getMessage());
    }
  }

  private static String nothingOr(String message) {
    return message.startsWith("No content") ? "got EOF while reading request body" : message;
  }

  private static String firstLine(JsonProcessingException e) {
    var location = e.getLocation();
    var message = e.getOriginalMessage().lines().findFirst().orElse("cannot be read");
    return location == null
        ? message
        : "%s at line %d, column %d"
            .formatted(message, location.getLineNr(), location.getColumnNr());
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case BINARY, POJO, MISSING -> "nothing";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case NUMBER -> "a number";
      case OBJECT -> "an object";
      case STRING -> "a string";
    };
  }

  // -- one value

  private @Nullable JsonNode find(String name) {
    var exact = node.get(name);
    if (exact == null) {
      for (var entry : node.properties()) {
        if (entry.getKey().equalsIgnoreCase(name)) {
          exact = entry.getValue();
        }
      }
    }
    return exact == null || exact.isNull() ? null : exact;
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static Refusal wrong(String path, String expected, JsonNode found) {
    return Refusal.invalid(
        "invalid JSON: cannot read %s: expected %s, found %s"
            .formatted(path, expected, kind(found)));
  }

  public boolean has(String name) {
    return find(name) != null;
  }

  public Optional<String> text(String name) {
    var found = find(name);
    return found == null ? Optional.empty() : Optional.of(asText(pathOf(name), found));
  }

  private static String asText(String path, JsonNode value) {
    if (!value.isTextual()) {
      throw wrong(path, "a string", value);
    }
    return value.textValue();
  }

  public String textOr(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  public Optional<Boolean> flag(String name) {
    var found = find(name);
    if (found == null) {
      return Optional.empty();
    }
    if (!found.isBoolean()) {
      throw wrong(pathOf(name), "a boolean", found);
    }
    return Optional.of(found.booleanValue());
  }

  public boolean is(String name) {
    return flag(name).orElse(false);
  }

  public OptionalLong number(String name) {
    var found = find(name);
    return found == null
        ? OptionalLong.empty()
        : OptionalLong.of(
            asNumber(pathOf(name), "an integer", found, Long.MIN_VALUE, Long.MAX_VALUE));
  }

  public long numberOr(String name, long otherwise) {
    return number(name).orElse(otherwise);
  }

  public OptionalInt integer(String name) {
    var found = find(name);
    return found == null
        ? OptionalInt.empty()
        : OptionalInt.of(
            (int)
                asNumber(
                    pathOf(name),
                    "an integer of 32 bits",
                    found,
                    Integer.MIN_VALUE,
                    Integer.MAX_VALUE));
  }

  /** An unsigned number within {@code maximum}. */
  public int unsigned(String name, int maximum) {
    var found = find(name);
    return found == null
        ? 0
        : (int) asNumber(pathOf(name), "an integer from 0 to " + maximum, found, 0, maximum);
  }

  /** From 0 on. */
  public long natural(String name) {
    var found = find(name);
    return found == null
        ? 0
        : asNumber(pathOf(name), "an integer from 0 on", found, 0, Long.MAX_VALUE);
  }

  /** 0 when it is absent. */
  public double decimal(String name) {
    var found = find(name);
    if (found == null) {
      return 0;
    }
    if (!found.isNumber()) {
      throw wrong(pathOf(name), "a number", found);
    }
    return found.doubleValue();
  }

  private static long asNumber(String path, String expected, JsonNode value, long min, long max) {
    if (!value.isIntegralNumber()) {
      throw wrong(path, expected, value);
    }
    if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
      throw Refusal.invalid(
          "invalid JSON: cannot read %s: expected %s, found %s"
              .formatted(path, expected, value.asText()));
    }
    return value.longValue();
  }

  // -- objects

  public Optional<JsonObject> object(String name) {
    var found = find(name);
    return found == null ? Optional.empty() : Optional.of(asObject(pathOf(name), found));
  }

  /** An absent object reads as an empty one. */
  public JsonObject objectOrEmpty(String name) {
    return object(name)
        .orElseGet(() -> new JsonObject(pathOf(name), JsonNodeFactory.instance.objectNode()));
  }

  private static JsonObject asObject(String path, JsonNode value) {
    if (!value.isObject()) {
      throw wrong(path, "an object", value);
    }
    return new JsonObject(path, value);
  }

  public List<String> names() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Members that are objects; null counts as an empty one. */
  public Map<String, JsonObject> objects(String name) {
    return members(
        name,
        (at, value) ->
            value.isNull()
                ? new JsonObject(at, JsonNodeFactory.instance.objectNode())
                : asObject(at, value));
  }

  public Map<String, String> texts(String name) {
    return members(name, (at, value) -> value.isNull() ? "" : asText(at, value));
  }

  /** Members that are lists of objects; null counts as an empty list. */
  public Map<String, List<JsonObject>> objectLists(String name) {
    return members(
        name, (at, value) -> value.isNull() ? List.of() : items(at, value, JsonObject::asObject));
  }

  private interface Reading<T> {
    T read(String path, JsonNode value);
  }

  private <T> Map<String, T> members(String name, Reading<T> reading) {
    var found = find(name);
    if (found == null) {
      return Map.of();
    }
    if (!found.isObject()) {
      throw wrong(pathOf(name), "an object", found);
    }
    var result = new LinkedHashMap<String, T>();
    for (var entry : found.properties()) {
      result.put(
          entry.getKey(), reading.read(pathOf(name) + "." + entry.getKey(), entry.getValue()));
    }
    return result;
  }

  // -- lists

  public List<String> list(String name) {
    return listOf(name, JsonObject::asText);
  }

  public List<JsonObject> objectList(String name) {
    return listOf(name, JsonObject::asObject);
  }

  /** A list of lists of strings. */
  public List<List<String>> nestedLists(String name) {
    return listOf(
        name, (at, value) -> value.isNull() ? List.of() : items(at, value, JsonObject::asText));
  }

  public List<Integer> unsignedList(String name, int maximum) {
    return listOf(
        name,
        (at, value) -> (int) asNumber(at, "an integer from 0 to " + maximum, value, 0, maximum));
  }

  /** Tells a list that is absent or null from an empty one. */
  public Optional<StringList> listIfGiven(String name) {
    return has(name)
        ? Optional.of(StringList.newBuilder().addAllValues(list(name)).build())
        : Optional.empty();
  }

  /** As {@link #listIfGiven}; one string stands for a list of one, as Moby reads commands. */
  public Optional<StringList> command(String name) {
    var found = find(name);
    return found != null && found.isTextual()
        ? Optional.of(StringList.newBuilder().addValues(found.textValue()).build())
        : listIfGiven(name);
  }

  private <T> List<T> listOf(String name, Reading<T> reading) {
    var found = find(name);
    return found == null ? List.of() : items(pathOf(name), found, reading);
  }

  private static <T> List<T> items(String path, JsonNode list, Reading<T> reading) {
    if (!list.isArray()) {
      throw wrong(path, "an array", list);
    }
    var result = new ArrayList<T>(list.size());
    for (var i = 0; i < list.size(); i++) {
      result.add(reading.read(path + "[" + i + "]", list.get(i)));
    }
    return result;
  }
}
