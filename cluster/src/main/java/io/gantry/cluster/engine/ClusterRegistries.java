package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.Materializer;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.protocol.v1.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A pull is one of every host that takes new containers, so that placement is free; each asks the
 * registry itself. The rest is this host's.
 */
record ClusterRegistries(AllHosts hosts) implements Registries {
  @Override
  public Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull) {
    var wanting = hosts.up().stream().filter(host -> !host.known().getDrained()).toList();
    if (wanting.isEmpty() || wanting.equals(List.of(hosts.self()))) {
      return hosts.self().registries().pull(caller, pull);
    }
    return Source.fromMaterializer((materializer, _) -> pulls(caller, pull, wanting, materializer))
        .mapMaterializedValue(begun -> begun.thenCompose(result -> result));
  }

  private static Source<Transfer, CompletionStage<Outcome<Image>>> pulls(
      Caller caller, Pull pull, List<Host> wanting, Materializer materializer) {
    var told = new ArrayList<Source<Transfer, NotUsed>>();
    var results = new ArrayList<CompletableFuture<Outcome<Image>>>();
    for (var host : wanting) {
      var running = host.registries().pull(caller, pull).preMaterialize(materializer);
      told.add(running.second().map(transfer -> named(host, transfer)));
      results.add(running.first().thenApply(one -> named(host, one)).toCompletableFuture());
    }
    var all =
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
            .thenApply(
                _ ->
                    results.stream()
                        .map(CompletableFuture::join)
                        .reduce((one, other) -> one instanceof Outcome.Refused<Image> ? one : other)
                        .orElseThrow());
    return Source.from(told)
        .flatMapMerge(told.size(), source -> source)
        .mapMaterializedValue(_ -> all);
  }

  /** Whose it is stands before what is told; of this host nothing is said. */
  private static Transfer named(Host host, Transfer transfer) {
    if (host.isSelf()) {
      return transfer;
    }
    var name = host.name();
    return switch (transfer) {
      case Transfer.Said(var id, var text) when id.isEmpty() ->
          new Transfer.Said("", name + ": " + text);
      case Transfer.Said(var id, var text) -> new Transfer.Said(name + "/" + id, text);
      case Transfer.Step(var id, var action, var current, var total) ->
          new Transfer.Step(name + "/" + id, action, current, total);
      case Transfer.Pushed pushed -> pushed;
    };
  }

  private static Outcome<Image> named(Host host, Outcome<Image> outcome) {
    return !host.isSelf() && outcome instanceof Outcome.Refused<Image>(var kind, var message)
        ? Outcome.refused(kind, "host %s: %s".formatted(host.name(), message))
        : outcome;
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<String>>> push(Caller caller, Push push) {
    return hosts.self().registries().push(caller, push);
  }

  @Override
  public CompletionStage<Outcome<String>> login(Credentials credentials) {
    return hosts.self().registries().login(credentials);
  }

  @Override
  public CompletionStage<Outcome<Described>> describe(String reference, Credentials credentials) {
    return hosts.self().registries().describe(reference, credentials);
  }

  @Override
  public CompletionStage<Outcome<List<Found>>> search(
      String term, int limit, Credentials credentials) {
    return hosts.self().registries().search(term, limit, credentials);
  }
}
