package io.gantry.agent.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.agent.image.BadImage;

/** Strict and bounded reading of JSON, for those around registries. */
public final class Strict {
  private Strict() {}

  /** One JSON object; anything else is a BadImage that says what. */
  public static JsonNode object(byte[] bytes, String what) throws BadImage {
    return RegistryJson.object(bytes, what);
  }
}
