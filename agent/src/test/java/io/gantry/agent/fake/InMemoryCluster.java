package io.gantry.agent.fake;

import io.gantry.agent.Caller;
import io.gantry.agent.Membership;
import io.gantry.agent.Outcome;
import io.gantry.agent.Secret;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ClusterPhase;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.HostSummary;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** A cluster of three hosts of which "h1" answers, once it is made. */
public final class InMemoryCluster implements Membership {
  private ClusterView view =
      ClusterView.newBuilder().setPhase(ClusterPhase.CLUSTER_PHASE_ALONE).build();
  private int tokens = 1;

  private static ClusterHost host(int number) {
    return ClusterHost.newBuilder()
        .setId("host" + Integer.toString(number).repeat(21))
        .setName("h" + number)
        .setAddress("10.0.0." + number + ":4280")
        .setPresence(HostPresence.HOST_PRESENCE_UP)
        .setSelf(number == 1)
        .setSummary(
            HostSummary.newBuilder().setGantryVersion("1.2").setCpus(2).setMemoryBytes(1L << 30))
        .build();
  }

  private static <T> CompletionStage<Outcome<T>> now(Outcome<T> outcome) {
    return CompletableFuture.completedStage(outcome);
  }

  private <T> CompletionStage<Outcome<T>> ofMember(java.util.function.Supplier<T> answer) {
    return now(
        view.getPhase() == ClusterPhase.CLUSTER_PHASE_ALONE
            ? Outcome.refused(ErrorKind.CONFLICT, "this host belongs to no cluster")
            : Outcome.done(answer.get()));
  }

  @Override
  public synchronized CompletionStage<Outcome<ClusterView>> init(
      Caller caller, Optional<String> address) {
    view =
        ClusterView.newBuilder()
            .setClusterId("c1")
            .setPhase(ClusterPhase.CLUSTER_PHASE_MEMBER)
            .addAllHosts(List.of(host(1), host(2), host(3)))
            .build();
    return now(Outcome.done(view));
  }

  @Override
  public CompletionStage<Outcome<ClusterView>> join(
      Caller caller, String remote, Secret token, Optional<String> address) {
    return token.value().equals("token-1")
        ? init(caller, address)
        : now(Outcome.refused(ErrorKind.UNAUTHENTICATED, "the token lets nobody in"));
  }

  @Override
  public synchronized CompletionStage<Outcome<ClusterView>> leave(Caller caller) {
    view = ClusterView.newBuilder().setPhase(ClusterPhase.CLUSTER_PHASE_ALONE).build();
    return now(Outcome.done(view));
  }

  @Override
  public synchronized ClusterView view() {
    return view;
  }

  @Override
  public CompletionStage<Outcome<Secret>> token(Caller caller, boolean rotate) {
    return ofMember(() -> new Secret("token-" + (rotate ? ++tokens : tokens)));
  }

  @Override
  public CompletionStage<Outcome<ClusterView>> drain(Caller caller, String host, boolean drained) {
    return ofMember(() -> change(host, one -> one.toBuilder().setDrained(drained).build()));
  }

  @Override
  public CompletionStage<Outcome<ClusterView>> forget(Caller caller, String host) {
    return ofMember(
        () ->
            view =
                view.toBuilder()
                    .clearHosts()
                    .addAllHosts(
                        view.getHostsList().stream()
                            .filter(one -> !one.getId().equals(host))
                            .toList())
                    .build());
  }

  /** As if that host were heard of, or not any more. */
  public void presence(String host, HostPresence presence) {
    change(host, one -> one.toBuilder().setPresence(presence).build());
  }

  private synchronized ClusterView change(String name, UnaryOperator<ClusterHost> how) {
    view =
        view.toBuilder()
            .clearHosts()
            .addAllHosts(
                view.getHostsList().stream()
                    .map(host -> host.getName().equals(name) ? how.apply(host) : host)
                    .toList())
            .build();
    return view;
  }
}
