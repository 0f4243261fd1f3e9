package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.agent.host.kernel.SeccompFilter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiles {@code linux.seccomp} to what crun takes in place of it (annotation {@value
 * #ANNOTATION}): the kernel's own form, in base64. Containers mostly share one filter, so each is
 * compiled once; at most sixty-four are kept.
 */
public final class SeccompCompiler {
  static final String ANNOTATION = "run.oci.seccomp_bpf_data";

  private static final int MOST = 64;
  private static final String ARCHITECTURE = "SCMP_ARCH_";
  private static final int EPERM = 1;
  private static final Map<String, Integer> OPERATORS =
      Map.of(
          "SCMP_CMP_NE", 1,
          "SCMP_CMP_LT", 2,
          "SCMP_CMP_LE", 3,
          "SCMP_CMP_EQ", 4,
          "SCMP_CMP_GE", 5,
          "SCMP_CMP_GT", 6,
          "SCMP_CMP_MASKED_EQ", 7);

  private final Map<Identity, Compiled> compiled = new ConcurrentHashMap<>();

  /**
   * @param text of the section as JSON
   * @param filter empty: the runtime has to compile it, for it needs more than a filter or there is
   *     no library
   */
  record Compiled(String text, Optional<String> filter) {}

  /** {@link SeccompProfile#decide} gives the same object for the same question. */
  private record Identity(ObjectNode seccomp) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Identity(var its) && its == seccomp;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(seccomp);
    }
  }

  Compiled compile(ObjectNode seccomp) {
    var known = compiled.get(new Identity(seccomp));
    if (known != null) {
      return known;
    }
    Optional<String> filter;
    try {
      filter = Optional.of(Base64.getEncoder().encodeToString(filter(seccomp).compile()));
    } catch (IOException impossible) {
      filter = Optional.empty();
    }
    var result = new Compiled(seccomp.toString(), filter);
    if (compiled.size() >= MOST) {
      compiled.clear();
    }
    compiled.put(new Identity(seccomp), result);
    return result;
  }

  static SeccompFilter filter(ObjectNode seccomp) throws IOException {
    if (seccomp.has("listenerPath") || !seccomp.path("flags").isEmpty()) {
      throw new IOException("flags and listeners are the runtime's to set up");
    }
    var architectures = new ArrayList<String>();
    for (var each : seccomp.path("architectures")) {
      architectures.add(
          each.asText().substring(ARCHITECTURE.length()).toLowerCase(java.util.Locale.ROOT));
    }
    var rules = new ArrayList<SeccompFilter.Rule>();
    for (var each : seccomp.path("syscalls")) {
      var names = new ArrayList<String>();
      each.path("names").forEach(name -> names.add(name.asText()));
      rules.add(
          new SeccompFilter.Rule(
              action(each.path("action").asText(), each.path("errnoRet").asInt(EPERM)),
              names,
              comparisons(each)));
    }
    var byDefault =
        action(
            seccomp.path("defaultAction").asText(), seccomp.path("defaultErrnoRet").asInt(EPERM));
    return new SeccompFilter(byDefault, architectures, rules);
  }

  private static List<SeccompFilter.Comparison> comparisons(JsonNode rule) throws IOException {
    var comparisons = new ArrayList<SeccompFilter.Comparison>();
    for (var each : rule.path("args")) {
      var operator = OPERATORS.get(each.path("op").asText());
      if (operator == null) {
        throw new IOException("unknown seccomp operator " + each.path("op"));
      }
      comparisons.add(
          new SeccompFilter.Comparison(
              each.path("index").asInt(),
              operator,
              each.path("value").bigIntegerValue().longValue(),
              each.path("valueTwo").bigIntegerValue().longValue()));
    }
    return comparisons;
  }

  private static int action(String name, int data) throws IOException {
    return switch (name) {
      case "SCMP_ACT_ALLOW" -> 0x7fff0000;
      case "SCMP_ACT_LOG" -> 0x7ffc0000;
      case "SCMP_ACT_TRACE" -> 0x7ff00000 | data & 0xffff;
      case "SCMP_ACT_ERRNO" -> 0x00050000 | data & 0xffff;
      case "SCMP_ACT_TRAP" -> 0x00030000;
      case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> 0;
      case "SCMP_ACT_KILL_PROCESS" -> 0x80000000;
      default -> throw new IOException("seccomp action " + name + " is the runtime's to set up");
    };
  }
}
