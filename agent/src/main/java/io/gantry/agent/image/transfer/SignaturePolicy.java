package io.gantry.agent.image.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.registry.SigningKey;
import io.gantry.agent.image.registry.Strict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which images may come and run, by where they come from. A rule holds for a registry
 * ("registry.example:5000") or for what lies below a path of it ("docker.io/library"); the longest
 * one counts. Read once, from a file that {@code docs/registries.md} describes; without one
 * everything is allowed, as with Docker.
 */
final class SignaturePolicy {
  private static final int MOST_BYTES = 1 << 20;

  /** What is to be done with images from somewhere. */
  sealed interface Rule {
    record Allow() implements Rule {}

    record Deny() implements Rule {}

    /** Only what this key has signed. */
    record Signed(SigningKey key) implements Rule {}
  }

  static final SignaturePolicy NONE = new SignaturePolicy(new Rule.Allow(), Map.of());

  private final Rule otherwise;
  private final Map<String, Rule> rules;

  private SignaturePolicy(Rule otherwise, Map<String, Rule> rules) {
    this.otherwise = otherwise;
    this.rules = rules;
  }

  /**
   * @throws IOException when a file or a key in it cannot be read or understood: what was meant to
   *     be refused must not be let in by a typing error
   */
  static SignaturePolicy read(Optional<Path> file) throws IOException {
    if (file.isEmpty()) {
      return NONE;
    }
    if (Files.size(file.get()) > MOST_BYTES) {
      throw new BadImage("the policy %s is too large".formatted(file.get()));
    }
    var json = Strict.object(Files.readAllBytes(file.get()), "the policy " + file.get());
    for (var field : json.properties()) {
      if (!field.getKey().equals("default") && !field.getKey().equals("rules")) {
        throw new BadImage(
            "the policy %s has an unknown field %s".formatted(file.get(), field.getKey()));
      }
    }
    var rules = new TreeMap<String, Rule>();
    for (var rule : json.path("rules").properties()) {
      rules.put(rule.getKey(), rule(rule.getValue(), "rule " + rule.getKey()));
    }
    return new SignaturePolicy(rule(json.path("default"), "default"), Map.copyOf(rules));
  }

  private static Rule rule(JsonNode json, String what) throws IOException {
    return switch (json.asText("")) {
      case "allow" -> new Rule.Allow();
      case "deny" -> new Rule.Deny();
      case String _ when json.path("signedBy").isTextual() ->
          new Rule.Signed(SigningKey.read(Path.of(json.path("signedBy").textValue())));
      case String _ ->
          throw new BadImage(
              "the policy's %s is neither \"allow\" nor \"deny\" nor {\"signedBy\": \"FILE\"}"
                  .formatted(what));
    };
  }

  /** {@code repository}: "docker.io/library/busybox". */
  Rule rule(String repository) {
    for (var scope = repository; ; scope = scope.substring(0, scope.lastIndexOf('/'))) {
      var rule = rules.get(scope);
      if (rule != null) {
        return rule;
      }
      if (scope.indexOf('/') < 0) {
        return otherwise;
      }
    }
  }
}
