package io.gantry.cluster.services;

import io.gantry.agent.Outcome;
import io.gantry.cluster.peer.PeerMethod;
import io.gantry.cluster.remote.RemoteFailure;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.GovernRequest;
import io.gantry.protocol.v1.GovernResponse;
import io.gantry.protocol.v1.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks the host that decides about services, which may be this one. While nobody says that it
 * decides, as just after a host was lost, it asks again for a while: nothing was changed yet.
 */
final class Elsewhere {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final Duration HEARD = Duration.ofSeconds(2);
  private static final Duration GLANCE = Duration.ofMillis(10);

  private static final PeerMethod<GovernRequest, GovernResponse> GOVERN =
      PeerMethod.of(
          "gantry.v1.PeerService", "Govern", GovernRequest.parser(), GovernResponse.parser());

  private final Formation formation;
  private final Function<GovernRequest, CompletionStage<Outcome<Service>>> own;

  Elsewhere(Formation formation, Function<GovernRequest, CompletionStage<Outcome<Service>>> own) {
    this.formation = formation;
    this.own = own;
  }

  CompletionStage<Outcome<Service>> ask(GovernRequest request) {
    return CompletableFuture.supplyAsync(() -> patiently(request), RemoteHost.WAITING);
  }

  private Outcome<Service> patiently(GovernRequest request) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var known = Known.of(formation);
      if (!known.belongs()) {
        return Outcome.refused(ErrorKind.CONFLICT, "this host belongs to no cluster");
      }
      if (known.isWhole()) {
        var answer = once(known, request);
        if (!(answer instanceof Outcome.Refused<Service>(_, var message)
            && message.equals(Changes.NOT_THE_CONTROLLER))) {
          awaitKnown(request, answer);
          return answer;
        }
      }
      if (System.nanoTime() > deadline) {
        return Outcome.refused(
            ErrorKind.UNAVAILABLE, "this host does not hear enough hosts of its cluster");
      }
      try {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return Outcome.refused(ErrorKind.UNAVAILABLE, "the agent ends");
      }
    }
  }

  /** Whoever asks this host next sees what was answered; if that takes long, maybe not. */
  private void awaitKnown(GovernRequest request, Outcome<Service> answer) {
    var deadline = System.nanoTime() + HEARD.toNanos();
    try {
      while (!isKnown(request, answer) && System.nanoTime() < deadline) {
        TimeUnit.NANOSECONDS.sleep(GLANCE.toNanos());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isKnown(GovernRequest request, Outcome<Service> answer) {
    return switch (answer) {
      case Outcome.Done<Service>(var service) -> {
        var known = Known.of(formation).intended().services().get(service.getId());
        yield request.hasRemove()
            ? known == null
            : known != null && known.getVersion() >= service.getVersion();
      }
      case Outcome.Unchanged<Service> _, Outcome.Refused<Service> _ -> true;
    };
  }

  private Outcome<Service> once(Known known, GovernRequest request) {
    var oldest = formation.oldest();
    if (oldest.equals(known.selfId())) {
      return own.apply(request).toCompletableFuture().join();
    }
    var host =
        known.view().getHostsList().stream()
            .filter(one -> one.getId().equals(oldest))
            .map(ClusterHost::getName)
            .findFirst();
    if (host.isEmpty()) {
      return Outcome.refused(ErrorKind.CONFLICT, Changes.NOT_THE_CONTROLLER);
    }
    var answer =
        formation
            .channel(oldest)
            .call(GOVERN, request)
            .toCompletableFuture()
            .orTimeout(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
            .handle(
                (response, failure) ->
                    failure == null
                        ? Outcome.done(response.getService())
                        : RemoteFailure.of(host.get(), failure).<Service>outcome());
    return answer.join();
  }
}
