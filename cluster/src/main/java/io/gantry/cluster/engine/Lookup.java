package io.gantry.cluster.engine;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Objects that hosts have by name and of which the cluster keeps no list: volumes and networks.
 * "HOST/NAME" means that host's, another name the only one there is. May wait.
 *
 * @param kind in words: "volume"
 * @param inspect asks one host
 */
record Lookup<T>(AllHosts hosts, String kind, BiFunction<Host, String, Outcome<T>> inspect) {
  record Found<T>(Host host, String name, T value) {}

  Outcome<Found<T>> find(String reference) {
    var slash = reference.indexOf('/');
    var named =
        slash < 0 ? java.util.Optional.<Host>empty() : hosts.find(reference.substring(0, slash));
    if (named.isPresent()) {
      var host = named.get();
      var name = reference.substring(slash + 1);
      return host.isUp()
          ? inspect.apply(host, name).map(value -> new Found<>(host, name, value))
          : Outcome.refused(
              ErrorKind.UNAVAILABLE, "host %s is %s".formatted(host.name(), host.presence()));
    }
    Map<Host, Outcome<T>> answers = hosts.ask(host -> inspect.apply(host, reference));
    var found = new LinkedHashMap<Host, T>();
    answers.forEach(
        (host, answer) -> {
          if (answer instanceof Outcome.Done<T>(var value)) {
            found.put(host, value);
          }
        });
    return switch (found.size()) {
      case 0 -> inspect.apply(hosts.self(), reference).map(one -> of(hosts.self(), reference, one));
      case 1 -> {
        var only = found.entrySet().iterator().next();
        yield Outcome.done(of(only.getKey(), reference, only.getValue()));
      }
      default ->
          Outcome.refused(
              ErrorKind.INVALID,
              "several hosts have a %s %s: %s"
                  .formatted(
                      kind,
                      reference,
                      String.join(
                          ", ",
                          found.keySet().stream()
                              .map(host -> host.name() + "/" + reference)
                              .toList())));
    };
  }

  private Found<T> of(Host host, String name, T value) {
    return new Found<>(host, name, value);
  }
}
