package io.gantry.cluster.engine;

import io.gantry.agent.Outcome;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.ErrorKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Objects that hosts have by name and of which the cluster keeps no list: volumes and networks.
 * "HOST/NAME" means that host's, another name the only one there is. May wait.
 */
record Lookup<T>(AllHosts hosts, Kind<T> kind) {
  /**
   * @param word "volume"
   * @param inspect asks one host
   * @param list all of one host
   * @param shown with its host
   * @param withHostInName the same, called "HOST/NAME"
   */
  record Kind<T>(
      String word,
      BiFunction<Host, String, Outcome<T>> inspect,
      Function<Host, Collection<T>> list,
      Function<T, String> name,
      BiFunction<Host, T, T> shown,
      BiFunction<Host, T, T> withHostInName) {}

  record Found<T>(Host host, String name, T value) {}

  /** Where a new one is made, and what it is called there. */
  record Place(Host host, String name, boolean named) {}

  /** On the host that the name names, else on this one. */
  Place place(String name) {
    return named(name)
        .map(host -> new Place(host, name.substring(name.indexOf('/') + 1), true))
        .orElseGet(() -> new Place(hosts.self(), name, false));
  }

  private Optional<Host> named(String reference) {
    var slash = reference.indexOf('/');
    return slash < 0 ? Optional.empty() : hosts.find(reference.substring(0, slash));
  }

  /** Those of all hosts; names that several hosts have are shown with the host in them. */
  Collection<T> all() {
    var lists = hosts.ask(kind.list()::apply);
    var names = new HashMap<String, Integer>();
    lists
        .values()
        .forEach(list -> list.forEach(one -> names.merge(kind.name().apply(one), 1, Integer::sum)));
    var all = new ArrayList<T>();
    lists.forEach(
        (host, list) ->
            list.forEach(
                one ->
                    all.add(
                        names.getOrDefault(kind.name().apply(one), 1) > 1
                            ? kind.withHostInName().apply(host, one)
                            : kind.shown().apply(host, one))));
    return all;
  }

  /** Where it is, and then the call. Waits elsewhere. */
  <R> CompletionStage<Outcome<R>> on(
      String reference, Function<Found<T>, CompletionStage<Outcome<R>>> call) {
    return CompletableFuture.supplyAsync(() -> find(reference), RemoteHost.WAITING)
        .thenCompose(found -> found.then(call));
  }

  Outcome<Found<T>> find(String reference) {
    var named = named(reference);
    if (named.isPresent()) {
      var host = named.get();
      var name = reference.substring(reference.indexOf('/') + 1);
      return host.isUp()
          ? kind.inspect().apply(host, name).map(value -> new Found<>(host, name, value))
          : Outcome.refused(
              ErrorKind.UNAVAILABLE, "host %s is %s".formatted(host.name(), host.presence()));
    }
    Map<Host, Outcome<T>> answers = hosts.ask(host -> kind.inspect().apply(host, reference));
    var found = new LinkedHashMap<Host, T>();
    answers.forEach(
        (host, answer) -> {
          if (answer instanceof Outcome.Done<T>(var value)) {
            found.put(host, value);
          }
        });
    return switch (found.size()) {
      case 0 ->
          kind.inspect()
              .apply(hosts.self(), reference)
              .map(one -> of(hosts.self(), reference, one));
      case 1 -> {
        var only = found.entrySet().iterator().next();
        yield Outcome.done(of(only.getKey(), reference, only.getValue()));
      }
      default ->
          Outcome.refused(
              ErrorKind.INVALID,
              "several hosts have a %s %s: %s"
                  .formatted(
                      kind.word(),
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
