package io.gantry.agent.docker.json;

import akka.util.ByteString;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON document into memory. Field order is the order of the calls, as Go's is the order
 * of a struct's fields.
 */
public final class JsonWriter {
  static final JsonFactory FACTORY = new JsonFactory();

  /** Writes exactly one value. */
  @FunctionalInterface
  public interface Body {
    void write(JsonWriter json);
  }

  private final JsonGenerator out;

  private JsonWriter(JsonGenerator out) {
    this.out = out;
  }

  public static ByteString render(Body body) {
    return ByteString.fromArrayUnsafe(bytes(body));
  }

  /** One object of a stream: a line of its own. */
  public static ByteString line(Body body) {
    return render(body).concat(ByteString.fromString("\r\n"));
  }

  public static byte[] bytes(Body body) {
    try (var buffer = new ByteArrayBuilder(1024);
        var generator = FACTORY.createGenerator(buffer)) {
      body.write(new JsonWriter(generator));
      generator.flush();
      return buffer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Act {
    void run() throws IOException;
  }

  private static void act(Act act) {
    try {
      act.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // -- values

  public void object(Runnable fields) {
    act(out::writeStartObject);
    fields.run();
    act(out::writeEndObject);
  }

  public void array(Runnable items) {
    act(out::writeStartArray);
    items.run();
    act(out::writeEndArray);
  }

  public void value(@Nullable String value) {
    act(() -> out.writeString(value));
  }

  public void value(long value) {
    act(() -> out.writeNumber(value));
  }

  /** Bytes that are a JSON value already. */
  public void rendered(byte[] value) {
    act(() -> out.writeRawValue(new Utf8(value)));
  }

  // -- fields

  public void name(String name) {
    act(() -> out.writeFieldName(name));
  }

  public void text(String name, String value) {
    act(() -> out.writeStringField(name, value));
  }

  public void textIfGiven(String name, String value) {
    if (!value.isEmpty()) {
      text(name, value);
    }
  }

  public void number(String name, long value) {
    act(() -> out.writeNumberField(name, value));
  }

  /** As short as it can be said, never with an exponent. */
  public void decimal(String name, float value) {
    var shortest = new BigDecimal(Float.toString(value)).stripTrailingZeros();
    act(
        () -> {
          out.writeFieldName(name);
          out.writeNumber(shortest.toPlainString());
        });
  }

  public void numberIfGiven(String name, long value) {
    if (value != 0) {
      number(name, value);
    }
  }

  public void mapIfAny(String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      map(name, values);
    }
  }

  public void textsIfAny(String name, Collection<String> values) {
    if (!values.isEmpty()) {
      texts(name, values);
    }
  }

  public void flagIfTrue(String name, boolean value) {
    if (value) {
      flag(name, true);
    }
  }

  public void flag(String name, boolean value) {
    act(() -> out.writeBooleanField(name, value));
  }

  public void nothing(String name) {
    act(() -> out.writeNullField(name));
  }

  public void object(String name, Runnable fields) {
    name(name);
    object(fields);
  }

  public void array(String name, Runnable items) {
    name(name);
    array(items);
  }

  public <T> void array(String name, Iterable<T> items, Consumer<T> each) {
    array(name, () -> items.forEach(each));
  }

  public void texts(String name, Collection<String> values) {
    array(name, values, this::value);
  }

  /** Null when there are none, as a nil slice of Go. */
  public void textsOrNull(String name, Collection<String> values) {
    if (values.isEmpty()) {
      nothing(name);
    } else {
      texts(name, values);
    }
  }

  public void map(String name, Map<String, String> values) {
    object(name, () -> values.forEach(this::text));
  }

  public void mapOrNull(String name, Map<String, String> values) {
    if (values.isEmpty()) {
      nothing(name);
    } else {
      map(name, values);
    }
  }

  /** A Go set: {"a":{},"b":{}}. */
  public void set(String name, List<String> members) {
    object(name, () -> members.forEach(member -> object(member, () -> {})));
  }

  public void time(String name, Timestamp time) {
    text(name, Times.rfc3339(time));
  }

  public void time(String name, Instant time) {
    text(name, Times.rfc3339(time));
  }
}
