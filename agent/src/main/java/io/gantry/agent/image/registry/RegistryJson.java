package io.gantry.agent.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gantry.agent.image.BadImage;
import java.io.IOException;

/** JSON from a registry: bounded in depth and length; whatever is wrong with it is a BadImage. */
final class RegistryJson {
  private static final ObjectReader READER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(32)
                          .maxStringLength(4 << 20)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private RegistryJson() {}

  static JsonNode object(byte[] bytes, String what) throws BadImage {
    try {
      JsonNode node = READER.readValue(bytes);
      if (node == null || !node.isObject()) {
        throw new BadImage("%s is no JSON object".formatted(what));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new BadImage(
          "%s is no JSON: %s"
              .formatted(
                  what, e.getOriginalMessage().lines().findFirst().orElse("cannot be read")));
    } catch (BadImage e) {
      throw e;
    } catch (IOException e) {
      throw new BadImage("%s is no JSON: %s".formatted(what, e.getMessage()));
    }
  }
}
