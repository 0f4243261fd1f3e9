package io.gantry.agent.image.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Makes manifests the way dockerd does, to the byte: the same layers have the same digest, whoever
 * pushes them.
 */
public final class ManifestWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private ManifestWriter() {}

  public static Manifest.Image write(String mediaType, Descriptor config, List<Descriptor> layers) {
    try (var buffer = new ByteArrayBuilder(4096);
        var json = FACTORY.createGenerator(buffer)) {
      json.setPrettyPrinter(printer());
      json.writeStartObject();
      json.writeNumberField("schemaVersion", 2);
      json.writeStringField("mediaType", mediaType);
      json.writeFieldName("config");
      write(json, config);
      json.writeArrayFieldStart("layers");
      for (var layer : layers) {
        write(json, layer);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.flush();
      var bytes = buffer.toByteArray();
      return new Manifest.Image(bytes, mediaType, Digest.of(bytes), config, List.copyOf(layers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DefaultPrettyPrinter printer() {
    var printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    var indenter = new DefaultIndenter("   ", "\n");
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return printer;
  }

  private static void write(JsonGenerator json, Descriptor descriptor) throws IOException {
    json.writeStartObject();
    json.writeStringField("mediaType", descriptor.mediaType());
    json.writeNumberField("size", descriptor.size());
    json.writeStringField("digest", descriptor.digest().toString());
    json.writeEndObject();
  }
}
