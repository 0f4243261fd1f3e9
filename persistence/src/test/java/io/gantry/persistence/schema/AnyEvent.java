package io.gantry.persistence.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes events of every type from a seed, by looking at the records and messages themselves: a new
 * event is covered the moment it exists.
 */
public final class AnyEvent {
  private static final int DEPTH = 4;
  private static final String[] WORDS = {
    "", "a", "nginx:1.27", "ä€𝄞", "PATH=/bin", "\u0000\n\t", "x".repeat(300)
  };

  private final Random random;

  public AnyEvent(long seed) {
    random = new Random(seed);
  }

  /** Every event record there is. */
  public static List<Class<? extends Event>> types() {
    return leaves(Event.class)
        .<Class<? extends Event>>map(type -> type.asSubclass(Event.class))
        .toList();
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(AnyEvent::leaves)
        : Stream.of(type);
  }

  public Recorded<? extends Event> recorded(Class<? extends Event> type) {
    return new Recorded<>(event(type), record(Subject.class), record(Provenance.class));
  }

  private Event event(Class<? extends Event> type) {
    return record(type);
  }

  private <R> R record(Class<R> type) {
    try {
      var components = type.getRecordComponents();
      var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      var values = Arrays.stream(components).map(c -> value(c.getGenericType())).toArray();
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(type + " cannot be made", impossible);
    }
  }

  private Object value(Type type) {
    if (type instanceof ParameterizedType generic) {
      var arguments = generic.getActualTypeArguments();
      var raw = generic.getRawType();
      if (raw == Optional.class) {
        return random.nextBoolean() ? Optional.of(value(arguments[0])) : Optional.empty();
      } else if (raw == List.class) {
        return IntStream.range(0, random.nextInt(4)).mapToObj(i -> value(arguments[0])).toList();
      } else if (raw == Map.class) {
        Map<Object, Object> map = new LinkedHashMap<>();
        IntStream.range(0, random.nextInt(4))
            .forEach(i -> map.put(word() + i, value(arguments[1])));
        return map;
      }
    } else if (type == String.class) {
      return word();
    } else if (type == long.class) {
      return number();
    } else if (type == int.class) {
      return (int) number();
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == Instant.class) {
      return Instant.ofEpochSecond(
          random.nextLong(-62_135_596_800L, 253_402_300_800L), random.nextInt(1_000_000_000));
    } else if (type == Duration.class) {
      return Duration.ofSeconds(
          random.nextLong(-315_576_000_000L, 315_576_000_000L), random.nextInt(1_000_000_000));
    } else if (type instanceof Class<?> known && known.isEnum()) {
      return known.getEnumConstants()[random.nextInt(known.getEnumConstants().length)];
    } else if (type instanceof Class<?> known && known.isRecord()) {
      return record(known);
    } else if (type instanceof Class<?> known && Message.class.isAssignableFrom(known)) {
      return message(known.asSubclass(Message.class));
    }
    throw new AssertionError(
        "no values for " + type + ": an event of a new shape needs a line here");
  }

  private Message message(Class<? extends Message> type) {
    try {
      var empty = (Message) type.getMethod("getDefaultInstance").invoke(null);
      return fill(empty.newBuilderForType(), DEPTH);
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private Message fill(Message.Builder message, int depth) {
    for (var field : message.getDescriptorForType().getFields()) {
      if (random.nextInt(3) == 0
          || (depth == 0 && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)) {
        continue;
      }
      if (field.isMapField()) {
        var entry = message.newBuilderForField(field);
        message.addRepeatedField(field, fill(entry, depth - 1));
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          message.addRepeatedField(field, fieldValue(message, field, depth));
        }
      } else {
        message.setField(field, fieldValue(message, field, depth));
      }
    }
    return message.build();
  }

  private Object fieldValue(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> word();
      case LONG -> number();
      case INT -> (int) number();
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE -> random.nextDouble();
      case FLOAT -> random.nextFloat();
      case BYTE_STRING -> ByteString.copyFromUtf8(word());
      case ENUM -> {
        List<EnumValueDescriptor> values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE -> fill(message.newBuilderForField(field), depth - 1);
    };
  }

  private String word() {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private long number() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(1000);
      case 2 -> -1;
      default -> random.nextLong();
    };
  }
}
