package io.gantry.agent.build;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Build arguments: what the client gave, what the head of the file and a stage declare. One per
 * stage, made by {@link #ofStage}; which of the client's were asked for is known across all of
 * them.
 */
final class Arguments {
  /** Known to RUN without being declared, and not part of what it is. */
  static final Set<String> PROXIES =
      Set.of(
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY",
          "https_proxy",
          "FTP_PROXY",
          "ftp_proxy",
          "NO_PROXY",
          "no_proxy",
          "ALL_PROXY",
          "all_proxy");

  private final Map<String, Optional<String>> given;
  private final Map<String, String> predefined;
  private final Set<String> asked;
  private final Map<String, Optional<String>> head;
  private final Map<String, Optional<String>> declared = new LinkedHashMap<>();

  private Arguments(
      Map<String, Optional<String>> given,
      Map<String, String> predefined,
      Set<String> asked,
      Map<String, Optional<String>> head) {
    this.given = given;
    this.predefined = predefined;
    this.asked = asked;
    this.head = head;
  }

  /** {@code predefined}: TARGETPLATFORM and its like. */
  static Arguments of(Map<String, Optional<String>> given, Map<String, String> predefined) {
    return new Arguments(given, predefined, ConcurrentHashMap.newKeySet(), new LinkedHashMap<>());
  }

  Arguments ofStage() {
    return new Arguments(given, predefined, asked, head);
  }

  /** By an ARG before the first FROM. */
  void declareInHead(String name, Optional<String> byDefault) {
    asked.add(name);
    head.put(name, effective(name, byDefault.or(() -> predefined(name))));
  }

  /** For FROM: what the head declares, and the platforms. */
  Optional<String> inHead(String name) {
    return head.containsKey(name) ? head.get(name) : predefined(name);
  }

  /** By an ARG of the stage. */
  void declare(String name, Optional<String> byDefault) {
    asked.add(name);
    var inherited =
        byDefault.or(() -> head.getOrDefault(name, Optional.empty())).or(() -> predefined(name));
    declared.put(name, effective(name, inherited));
  }

  private Optional<String> predefined(String name) {
    return Optional.ofNullable(predefined.get(name));
  }

  private Optional<String> effective(String name, Optional<String> byDefault) {
    return given.getOrDefault(name, Optional.empty()).or(() -> byDefault);
  }

  /** Of one that the stage declared. */
  Optional<String> value(String name) {
    return declared.getOrDefault(name, Optional.empty());
  }

  /** What RUN gets and its cache key depends on; {@code hidden}: names that ENV has taken. */
  Map<String, String> ofRun(Set<String> hidden) {
    var values = new TreeMap<String, String>();
    declared.forEach(
        (name, value) -> {
          if (!hidden.contains(name)) {
            value.ifPresent(text -> values.put(name, text));
          }
        });
    return values;
  }

  /** What RUN gets beside that. */
  Map<String, String> proxies(Set<String> hidden) {
    var values = new TreeMap<String, String>();
    for (var name : PROXIES) {
      if (!declared.containsKey(name) && !hidden.contains(name)) {
        given.getOrDefault(name, Optional.empty()).ifPresent(text -> values.put(name, text));
      }
    }
    return values;
  }

  /** What the client gave and no instruction asked for, in the order of their names. */
  Set<String> unused() {
    var names = new TreeSet<>(given.keySet());
    names.removeAll(asked);
    names.removeAll(PROXIES);
    return names;
  }
}
