package io.gantry.agent.build.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ["a", "b"]}: arguments in JSON. */
final class JsonForm {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonForm() {}

  /** Empty when it is not exactly an array of strings; Docker then takes the text as it is. */
  static Optional<List<String>> parse(String text) {
    if (!text.startsWith("[")) {
      return Optional.empty();
    }
    try {
      var array = JSON.readTree(text);
      if (array == null || !array.isArray()) {
        return Optional.empty();
      }
      var values = new ArrayList<String>();
      for (var element : array) {
        if (!element.isTextual()) {
          return Optional.empty();
        }
        values.add(element.textValue());
      }
      return Optional.of(List.copyOf(values));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
