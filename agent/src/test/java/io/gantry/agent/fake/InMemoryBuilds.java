package io.gantry.agent.fake;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Builds;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Builds that say what a test tells them to. */
public final class InMemoryBuilds implements Builds {
  public final List<Request> requests = new CopyOnWriteArrayList<>();
  public volatile Outcome<List<Output>> next = Outcome.done(List.of());
  public volatile List<CacheRecord> cached = List.of();

  /** What was read of each context. */
  public final List<byte[]> contexts = new CopyOnWriteArrayList<>();

  /** How much of a context is read. */
  public volatile int reads = Integer.MAX_VALUE;

  /** Told of each context before it is read. */
  public volatile Consumer<InputStream> opened = _ -> {};

  @Override
  public CompletionStage<Outcome<Source<Output, NotUsed>>> build(
      Caller caller, Request request, InputStream context) {
    opened.accept(context);
    requests.add(request);
    var result = new CompletableFuture<Outcome<Source<Output, NotUsed>>>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (context) {
                contexts.add(context.readNBytes(reads));
                result.complete(next.map(Source::from));
              } catch (IOException e) {
                result.complete(Outcome.refused(ErrorKind.INTERNAL, e));
              }
            });
    return result;
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
