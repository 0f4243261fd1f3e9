package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A seccomp profile in Docker's form: rules with conditions on architecture and capabilities. For
 * one container the conditions are decided and what remains is {@code linux.seccomp} of the
 * runtime-spec.
 */
public final class SeccompProfile {
  private static final Map<String, String> ARCHITECTURES =
      Map.of("amd64", "SCMP_ARCH_X86_64", "arm64", "SCMP_ARCH_AARCH64");

  private final JsonNode json;
  private final Map<Question, ObjectNode> decided = new ConcurrentHashMap<>();

  private record Question(Set<Capability> granted, String architecture) {}

  private SeccompProfile(JsonNode json) {
    this.json = json;
  }

  public static SeccompProfile parse(String text) throws IOException {
    JsonNode json;
    try {
      json = Json.MAPPER.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new IOException("decoding seccomp profile failed: " + broken.getOriginalMessage());
    }
    if (!json.isObject() || json.path("defaultAction").asText().isEmpty()) {
      throw new IOException("decoding seccomp profile failed: it has no defaultAction");
    }
    return new SeccompProfile(json);
  }

  /** The same object for the same question; nobody changes it. */
  ObjectNode decide(Set<Capability> granted, String architecture) {
    return decided.computeIfAbsent(new Question(Set.copyOf(granted), architecture), this::decide);
  }

  private ObjectNode decide(Question question) {
    var granted = question.granted();
    var architecture = question.architecture();
    var decided = Json.object();
    copy(decided, "defaultAction", "defaultErrnoRet", "flags", "listenerPath", "listenerMetadata");
    architectures(decided, architecture);
    var rules = decided.putArray("syscalls");
    for (var rule : json.path("syscalls")) {
      if (applies(rule, granted, architecture)) {
        rules.add(rule(rule));
      }
    }
    return decided;
  }

  private void copy(ObjectNode decided, String... names) {
    for (var name : names) {
      if (json.hasNonNull(name)) {
        decided.set(name, json.get(name));
      }
    }
  }

  private void architectures(ObjectNode decided, String architecture) {
    if (json.path("architectures").isArray() && !json.path("architectures").isEmpty()) {
      decided.set("architectures", json.get("architectures"));
      return;
    }
    var own = ARCHITECTURES.get(architecture);
    for (var each : json.path("archMap")) {
      if (each.path("architecture").asText().equals(own)) {
        var all = decided.putArray("architectures").add(own);
        each.path("subArchitectures").forEach(all::add);
      }
    }
  }

  private static boolean applies(JsonNode rule, Set<Capability> granted, String architecture) {
    var includes = rule.path("includes");
    var excludes = rule.path("excludes");
    return (includes.path("arches").isEmpty() || has(includes.path("arches"), architecture))
        && (includes.path("caps").isEmpty() || hasAll(includes.path("caps"), granted))
        && !has(excludes.path("arches"), architecture)
        && !hasAny(excludes.path("caps"), granted);
  }

  private static boolean has(JsonNode list, String word) {
    for (var each : list) {
      if (each.asText().equals(word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasAll(JsonNode names, Set<Capability> granted) {
    for (var each : names) {
      if (Capability.of(each.asText()).filter(granted::contains).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasAny(JsonNode names, Set<Capability> granted) {
    for (var each : names) {
      if (Capability.of(each.asText()).filter(granted::contains).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** The runtime-spec knows nothing of conditions, comments and names of error numbers. */
  private static ObjectNode rule(JsonNode from) {
    var rule = Json.object();
    var names = rule.putArray("names");
    if (from.hasNonNull("name")) {
      names.add(from.get("name"));
    }
    from.path("names").forEach(names::add);
    rule.set("action", from.path("action"));
    if (from.hasNonNull("errnoRet")) {
      rule.set("errnoRet", from.get("errnoRet"));
    }
    if (!from.path("args").isEmpty()) {
      rule.set("args", from.get("args"));
    }
    return rule;
  }
}
