package io.gantry.agent.fake;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Builds;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Builds that say what a test tells them to. */
public final class InMemoryBuilds implements Builds {
  public final List<Request> requests = new CopyOnWriteArrayList<>();
  public volatile Outcome<List<Output>> next = Outcome.done(List.of());
  public volatile List<CacheRecord> cached = List.of();

  @Override
  public CompletionStage<Outcome<Source<Output, NotUsed>>> build(
      Caller caller, Request request, Source<ByteString, ?> context) {
    requests.add(request);
    return CompletableFuture.completedStage(next.map(Source::from));
  }

  @Override
  public boolean cancel(Caller caller, String buildId) {
    return false;
  }

  @Override
  public Collection<CacheRecord> cache() {
    return cached;
  }

  @Override
  public CompletionStage<Outcome<Pruned>> prune(Caller caller, Prune prune) {
    var ids = cached.stream().map(CacheRecord::id).toList();
    var bytes = cached.stream().mapToLong(CacheRecord::bytes).sum();
    cached = List.of();
    return CompletableFuture.completedStage(Outcome.done(new Pruned(ids, bytes)));
  }
}
