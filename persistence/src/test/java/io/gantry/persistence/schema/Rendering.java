package io.gantry.persistence.schema;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Records and messages as one line of text that stays the same when fields are added to them: what
 * is empty is left out, and what is absent in old bytes reads as empty.
 */
public final class Rendering {
  private Rendering() {}

  public static String of(Object value) {
    return switch (value) {
      case String text -> '"' + escaped(text) + '"';
      case Optional<?> optional -> optional.map(Rendering::of).orElse("");
      case Map<?, ?> map ->
          new TreeMap<>(map)
              .entrySet().stream()
                  .map(entry -> of(entry.getKey()) + ": " + of(entry.getValue()))
                  .collect(Collectors.joining(", ", "{", "}"));
      case Collection<?> list ->
          list.stream().map(Rendering::of).collect(Collectors.joining(", ", "[", "]"));
      case Message message -> message(message);
      case Record plain -> record(plain);
      case Object other -> other.toString();
    };
  }

  private static String record(Record value) {
    return Arrays.stream(value.getClass().getRecordComponents())
        .filter(component -> !isEmpty(component(value, component)))
        .map(component -> component.getName() + "=" + of(component(value, component)))
        .collect(Collectors.joining(" ", value.getClass().getSimpleName() + "(", ")"));
  }

  private static Object component(Record value, RecordComponent component) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String message(Message message) {
    return message.getAllFields().entrySet().stream()
        .map(field -> field.getKey().getName() + "=" + field(field.getKey(), field.getValue()))
        .collect(Collectors.joining(" ", message.getDescriptorForType().getName() + "(", ")"));
  }

  private static String field(FieldDescriptor field, Object value) {
    if (!field.isMapField()) {
      return of(value);
    }
    var sorted = new TreeMap<String, String>();
    for (var item : (List<?>) value) {
      var entry = (Message) item;
      var type = entry.getDescriptorForType();
      var key = of(entry.getField(type.findFieldByNumber(1)));
      sorted.put(key, of(entry.getField(type.findFieldByNumber(2))));
    }
    return sorted.toString();
  }

  private static boolean isEmpty(Object value) {
    return switch (value) {
      case String text -> text.isEmpty();
      case Optional<?> optional -> optional.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      case Collection<?> list -> list.isEmpty();
      case Number number -> number.longValue() == 0;
      case Boolean yes -> !yes;
      case Record plain ->
          Arrays.stream(plain.getClass().getRecordComponents())
              .allMatch(component -> isEmpty(component(plain, component)));
      case Object _ -> false;
    };
  }

  private static String escaped(String text) {
    return text.codePoints()
        .mapToObj(
            c -> c >= ' ' && c != '"' && c != '\\' ? Character.toString(c) : "\\u%04x".formatted(c))
        .collect(Collectors.joining());
  }
}
