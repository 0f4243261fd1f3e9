package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The images of all hosts, each shown once. A tag and a removal are for every host that has the
 * image; what is loaded or imported is this host's.
 */
record ClusterImages(AllHosts hosts) implements Images {
  /** This host, if it has it, else another. */
  private Optional<Host> holder(String reference) {
    if (has(hosts.self(), reference)) {
      return Optional.of(hosts.self());
    }
    return holders(reference).stream().findFirst();
  }

  private List<Host> holders(String reference) {
    var answers = hosts.ask(host -> has(host, reference));
    return answers.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
  }

  private static boolean has(Host host, String reference) {
    return host.images().inspect(reference) instanceof Outcome.Done<Image>;
  }

  @Override
  public Outcome<Image> inspect(String reference) {
    var own = hosts.self().images().inspect(reference);
    if (!(own instanceof Outcome.Refused<Image>(var kind, _)) || kind != ErrorKind.NOT_FOUND) {
      return own;
    }
    return hosts
        .ask(host -> host.isSelf() ? own : host.images().inspect(reference))
        .values()
        .stream()
        .filter(answer -> !(answer instanceof Outcome.Refused<Image>))
        .findFirst()
        .orElse(own);
  }

  @Override
  public Collection<Image> list() {
    var all = new LinkedHashMap<String, Image>();
    hosts
        .ask(host -> host.images().list())
        .values()
        .forEach(list -> list.forEach(image -> all.putIfAbsent(image.getId(), image)));
    return all.values();
  }

  @Override
  public Source<Progress, CompletionStage<Outcome<List<Loaded>>>> load(
      Caller caller, InputStream tar, List<String> platforms) {
    return hosts.self().images().load(caller, tar, platforms);
  }

  @Override
  public CompletionStage<Outcome<Image>> importRoot(
      Caller caller,
      InputStream tar,
      Optional<String> reference,
      String message,
      List<String> changes,
      String platform) {
    return hosts.self().images().importRoot(caller, tar, reference, message, changes, platform);
  }

  /** All from one host. */
  @Override
  public Outcome<Source<ByteString, NotUsed>> save(
      List<String> references, List<String> platforms) {
    var candidates = references.isEmpty() ? List.of(hosts.self()) : holders(references.getFirst());
    return candidates.stream()
        .filter(host -> references.stream().allMatch(reference -> has(host, reference)))
        .findFirst()
        .orElseGet(hosts::self)
        .images()
        .save(references, platforms);
  }

  /** On all that have it at once; what the first of them answers, or who refuses. */
  private <T> CompletionStage<Outcome<List<T>>> onHolders(
      String reference, Function<Host, CompletionStage<Outcome<T>>> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          var holders = holders(reference);
          var asked = holders.isEmpty() ? List.of(hosts.self()) : holders;
          var answers = asked.stream().map(host -> call.apply(host).toCompletableFuture()).toList();
          var values = new ArrayList<T>();
          for (var answer : answers) {
            switch (answer.join()) {
              case Outcome.Done<T>(var value) -> values.add(value);
              case Outcome.Unchanged<T>(var value) -> values.add(value);
              case Outcome.Refused<T> refused -> {
                return refused.as();
              }
            }
          }
          return Outcome.done(values);
        },
        RemoteHost.WAITING);
  }

  @Override
  public CompletionStage<Outcome<Image>> tag(Caller caller, String source, String target) {
    return onHolders(source, host -> host.images().tag(caller, source, target))
        .thenApply(outcome -> outcome.map(List::getFirst));
  }

  @Override
  public CompletionStage<Outcome<List<Removal>>> remove(
      Caller caller, String reference, boolean force, boolean noPrune) {
    return onHolders(reference, host -> host.images().remove(caller, reference, force, noPrune))
        .thenApply(
            outcome ->
                outcome.map(
                    lists -> {
                      var removals = new LinkedHashSet<Removal>();
                      lists.forEach(removals::addAll);
                      return List.copyOf(removals);
                    }));
  }

  @Override
  public Outcome<List<HistoryRow>> history(String reference) {
    return holder(reference).orElseGet(hosts::self).images().history(reference);
  }

  @Override
  public Map<String, Long> sharedBytes() {
    return hosts.self().images().sharedBytes();
  }

  @Override
  public long layerBytes() {
    return hosts.ask(host -> host.images().layerBytes()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }
}
