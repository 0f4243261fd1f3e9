package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Attachment;
import io.gantry.agent.Caller;
import io.gantry.agent.Containers;
import io.gantry.agent.LogBatch;
import io.gantry.agent.Outcome;
import io.gantry.agent.Stats;
import io.gantry.cluster.engine.Locator.Located;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The containers of all hosts: each call goes to the host that has the container. Lists and
 * inspects may wait for other hosts; a host that does not answer is missing in a list.
 */
final class ClusterContainers implements Containers {
  private final AllHosts hosts;
  private final Scope scope;
  private final Locator locator;
  private final Execs execs;
  private final Placing placing;

  ClusterContainers(AllHosts hosts, Scope scope, Locator locator, Placing placing) {
    this.hosts = hosts;
    this.scope = scope;
    this.locator = locator;
    this.execs = new Execs(hosts);
    this.placing = placing;
  }

  /** A call to the host that has the container, with its id. */
  private <T> CompletionStage<Outcome<T>> on(
      String reference, Function<Located, CompletionStage<Outcome<T>>> call) {
    var here = locator.here(reference);
    if (here.isPresent()) {
      return call.apply(here.get());
    }
    return CompletableFuture.supplyAsync(() -> locator.find(reference), RemoteHost.WAITING)
        .thenCompose(located -> located.then(call));
  }

  private <T> Outcome<T> read(String reference, Function<Located, Outcome<T>> call) {
    return switch (locator.find(reference)) {
      case Outcome.Done<Located>(var located) -> call.apply(located);
      case Outcome.Unchanged<Located>(var located) -> call.apply(located);
      case Outcome.Refused<Located> refused -> refused.as();
    };
  }

  // -- life cycle

  @Override
  public CompletionStage<Outcome<Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec spec) {
    return CompletableFuture.supplyAsync(() -> placing.place(name, spec), RemoteHost.WAITING)
        .thenCompose(
            placed ->
                placed.then(
                    place ->
                        place
                            .host()
                            .containers()
                            .create(caller, name, place.spec())
                            .thenApply(created -> noted(place.host(), created))));
  }

  private Outcome<Creation> noted(Host host, Outcome<Creation> created) {
    if (created instanceof Outcome.Done<Creation>(var creation)) {
      locator.created(host, creation.container());
    }
    return created;
  }

  @Override
  public CompletionStage<Outcome<Container>> start(Caller caller, String reference) {
    return on(reference, at -> at.host().containers().start(caller, at.id()));
  }

  @Override
  public CompletionStage<Outcome<Container>> stop(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return on(reference, at -> at.host().containers().stop(caller, at.id(), signal, graceSeconds));
  }

  @Override
  public CompletionStage<Outcome<Container>> restart(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds) {
    return on(
        reference, at -> at.host().containers().restart(caller, at.id(), signal, graceSeconds));
  }

  @Override
  public CompletionStage<Outcome<Container>> kill(Caller caller, String reference, String signal) {
    return on(reference, at -> at.host().containers().kill(caller, at.id(), signal));
  }

  @Override
  public CompletionStage<Outcome<Container>> pause(Caller caller, String reference) {
    return on(reference, at -> at.host().containers().pause(caller, at.id()));
  }

  @Override
  public CompletionStage<Outcome<Container>> unpause(Caller caller, String reference) {
    return on(reference, at -> at.host().containers().unpause(caller, at.id()));
  }

  @Override
  public CompletionStage<Outcome<Container>> rename(
      Caller caller, String reference, String newName) {
    return on(reference, at -> at.host().containers().rename(caller, at.id(), newName));
  }

  @Override
  public CompletionStage<Outcome<Container>> update(
      Caller caller,
      String reference,
      Optional<ResourceSpec> resources,
      Optional<RestartPolicy> policy) {
    return on(reference, at -> at.host().containers().update(caller, at.id(), resources, policy));
  }

  @Override
  public CompletionStage<Outcome<Container>> remove(
      Caller caller, String reference, boolean force, boolean volumes) {
    return on(
        reference,
        at ->
            at.host()
                .containers()
                .remove(caller, at.id(), force, volumes)
                .thenApply(
                    removed -> {
                      if (removed instanceof Outcome.Done<Container>) {
                        locator.removed(at.id());
                      }
                      return removed;
                    }));
  }

  @Override
  public CompletionStage<Outcome<Container>> connect(
      Caller caller, String reference, String network, EndpointSpec endpoint) {
    return on(
        reference,
        at -> at.host().containers().connect(caller, at.id(), withoutHost(at, network), endpoint));
  }

  @Override
  public CompletionStage<Outcome<Container>> disconnect(
      Caller caller, String reference, String network, boolean force) {
    return on(
        reference,
        at -> at.host().containers().disconnect(caller, at.id(), withoutHost(at, network), force));
  }

  private static String withoutHost(Located at, String network) {
    var prefix = at.host().name() + "/";
    return network.startsWith(prefix) ? network.substring(prefix.length()) : network;
  }

  @Override
  public CompletionStage<Outcome<PendingExit>> await(String reference, WaitCondition condition) {
    return on(reference, at -> at.host().containers().await(at.id(), condition));
  }

  // -- reading

  @Override
  public Outcome<Container> inspect(String reference) {
    return read(
        reference,
        at ->
            at.host()
                .containers()
                .inspect(at.id())
                .map(
                    one ->
                        scope == Scope.OWN && at.host().isSelf() ? one : Shown.of(at.host(), one)));
  }

  /** Where two hosts have a container of the same name, each is shown as HOST/NAME. */
  @Override
  public Collection<Container> list() {
    if (scope == Scope.OWN) {
      return hosts.own().containers().list();
    }
    var lists = hosts.ask(host -> host.containers().list());
    var names = new HashMap<String, Integer>();
    lists
        .values()
        .forEach(list -> list.forEach(one -> names.merge(one.getName(), 1, Integer::sum)));
    var all = new ArrayList<Container>();
    lists.forEach(
        (host, list) ->
            list.forEach(
                one ->
                    all.add(
                        names.getOrDefault(one.getName(), 1) > 1
                            ? Shown.withHostInName(host, one)
                            : Shown.of(host, one))));
    return all;
  }

  @Override
  public CompletionStage<Outcome<Sizes>> sizes(String reference) {
    return on(reference, at -> at.host().containers().sizes(at.id()));
  }

  @Override
  public Outcome<Source<LogLine, NotUsed>> logs(String reference, LogQuery query) {
    return read(reference, at -> at.host().containers().logs(at.id(), query));
  }

  @Override
  public Outcome<Source<LogBatch, NotUsed>> logBatches(String reference, LogQuery query) {
    return read(reference, at -> at.host().containers().logBatches(at.id(), query));
  }

  @Override
  public CompletionStage<Outcome<ProcessTable>> top(
      Caller caller, String reference, List<String> psArguments) {
    return on(reference, at -> at.host().containers().top(caller, at.id(), psArguments));
  }

  @Override
  public Outcome<Source<Stats, NotUsed>> stats(String reference, boolean stream, boolean oneShot) {
    return read(reference, at -> at.host().containers().stats(at.id(), stream, oneShot));
  }

  // -- stdio

  @Override
  public CompletionStage<Outcome<Attachment>> attach(
      Caller caller, String reference, AttachOptions options) {
    return on(reference, at -> at.host().containers().attach(caller, at.id(), options));
  }

  @Override
  public CompletionStage<Outcome<Container>> resize(
      Caller caller, String reference, int height, int width) {
    return on(reference, at -> at.host().containers().resize(caller, at.id(), height, width));
  }

  @Override
  public CompletionStage<Outcome<Exec>> createExec(Caller caller, String reference, ExecSpec spec) {
    return on(
        reference,
        at ->
            at.host()
                .containers()
                .createExec(caller, at.id(), spec)
                .thenApply(created -> execs.created(at.host(), created)));
  }

  @Override
  public CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<ConsoleSize> size) {
    return execs.on(execId, containers -> containers.startExec(caller, execId, detach, size));
  }

  @Override
  public Outcome<Exec> inspectExec(String execId) {
    return execs.inspect(execId);
  }

  @Override
  public CompletionStage<Outcome<Exec>> resizeExec(
      Caller caller, String execId, int height, int width) {
    return execs.on(execId, containers -> containers.resizeExec(caller, execId, height, width));
  }
}
