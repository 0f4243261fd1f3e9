package io.gantry.agent.volume;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.Volumes;
import io.gantry.agent.container.MountedRoot;
import io.gantry.agent.container.Volumed;
import io.gantry.agent.engine.Creator;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.volume.lifecycle.Lifecycle;
import io.gantry.agent.volume.lifecycle.Request;
import io.gantry.agent.volume.lifecycle.State;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The volumes of this host. Reading answers from the published view; changes are decided and
 * recorded by each volume's actor. What touches the disk runs on the executor for blocking work, or
 * in the caller's thread where a method says so.
 */
public final class LocalVolumes implements Volumes, Volumed, Creator.Claims {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String DRIVER = "local";
  private static final String ANONYMOUS = "com.docker.volume.anonymous";

  private final VolumeTable table;
  private final VolumePreparation preparation;
  private final ActorRef<VolumesActor.Command> actors;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor blocking;

  /**
   * Spawns the volumes' actors below {@code parent}.
   *
   * @param home directory of the volumes: {@code volumes/} in the state directory
   * @param living names of the volumes in the record
   * @param blocking runs what waits for the disk, a thread a task
   */
  public LocalVolumes(
      ActorContext<?> parent,
      Path home,
      List<String> living,
      InstantSource clock,
      RandomGenerator random,
      Executor blocking) {
    this.table = new VolumeTable(home);
    this.preparation = new VolumePreparation(table);
    this.scheduler = parent.getSystem().scheduler();
    this.clock = clock;
    this.random = random;
    this.blocking = blocking;
    this.actors =
        parent.spawn(VolumesActor.create(living, table::publish, this::delete, clock), "volumes");
  }

  /** Completes when every volume of the record is known again. */
  public CompletionStage<Void> ready() {
    return AskPattern.ask(actors, VolumesActor.AwaitRecovery::new, Duration.ofMinutes(5), scheduler)
        .thenApply(_ -> null);
  }

  // -- the port ----------------------------------------------------------------------------------

  @Override
  public CompletionStage<Outcome<Volume>> create(Caller caller, VolumeSpec asked) {
    var spec = complete(asked);
    var name = spec.getName();
    var refusal = VolumeName.refusal(name);
    if (refusal.isPresent()) {
      return refused(ErrorKind.INVALID, refusal.get());
    }
    if (table.find(name).isEmpty()) {
      if (!spec.getDriver().equals(DRIVER)) {
        return refused(
            ErrorKind.NOT_FOUND,
            "create %1$s: error looking up volume plugin %2$s: plugin \"%2$s\" not found"
                .formatted(name, spec.getDriver()));
      }
      var options = DriverOptions.refusal(name, spec.getDriverOptionsMap());
      if (options.isPresent()) {
        return refused(ErrorKind.INVALID, options.get());
      }
    }
    return ask(name, caller, new Request.Create(spec, clock.instant()))
        .thenApplyAsync(outcome -> madeDirectory(name, outcome), blocking);
  }

  private VolumeSpec complete(VolumeSpec asked) {
    var spec = asked.toBuilder();
    if (asked.getDriver().isEmpty() || asked.getDriver().equals("default")) {
      spec.setDriver(DRIVER);
    }
    if (asked.getName().isEmpty()) {
      spec.setName(VolumeName.random(random)).setAnonymous(true);
    }
    if (spec.getAnonymous()) {
      spec.putLabels(ANONYMOUS, "");
    }
    return spec.build();
  }

  private Outcome<Volume> madeDirectory(String name, Outcome<State> outcome) {
    if (outcome instanceof Outcome.Done<State>) {
      try {
        preparation.makeDirectory(name);
      } catch (IOException e) {
        ask(name, Caller.ENGINE, new Request.Remove(true, clock.instant()));
        return Outcome.refused(ErrorKind.INTERNAL, "create %s: %s".formatted(name, e.getMessage()));
      }
    }
    return view(name, outcome);
  }

  @Override
  public Outcome<Volume> inspect(String name) {
    return table.find(name).map(Outcome::done).orElseGet(() -> unknown(name));
  }

  @Override
  public Collection<Volume> list() {
    return table.list();
  }

  @Override
  public CompletionStage<Outcome<Volume>> remove(Caller caller, String name, boolean force) {
    if (VolumeName.refusal(name).isPresent()) {
      return CompletableFuture.completedStage(
          force ? new Outcome.Unchanged<>(Volume.getDefaultInstance()) : unknown(name));
    }
    return ask(name, caller, new Request.Remove(force, clock.instant()))
        .thenApply(outcome -> outcome.map(LocalVolumes::volumeOf));
  }

  private static Volume volumeOf(State state) {
    return switch (state) {
      case State.Present(var volume, _, _) -> volume;
      case State.Removing(var volume) -> volume;
      case State.Absent _ -> Volume.getDefaultInstance();
    };
  }

  @Override
  public CompletionStage<Outcome<Long>> size(String name) {
    if (table.find(name).isEmpty()) {
      return CompletableFuture.completedStage(unknown(name));
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Outcome.done(preparation.size(name));
          } catch (IOException e) {
            return Outcome.refused(
                ErrorKind.INTERNAL, "size of volume %s: %s".formatted(name, e.getMessage()));
          }
        },
        blocking);
  }

  // -- containers --------------------------------------------------------------------------------

  /**
   * Records that the container names these volumes; none of them can be removed from then on.
   * Refused: one of them is not there, and none is claimed.
   */
  @Override
  public CompletionStage<Outcome<List<Volume>>> claim(
      Caller caller, Collection<String> names, ContainerId container) {
    CompletionStage<Outcome<List<Volume>>> claimed =
        CompletableFuture.completedStage(Outcome.done(List.of()));
    for (var name : Set.copyOf(names)) {
      claimed =
          claimed.thenCompose(
              outcome ->
                  outcome instanceof Outcome.Done<List<Volume>>(var volumes)
                      ? claim(caller, name, container, volumes)
                      : CompletableFuture.completedStage(outcome));
    }
    return claimed.thenCompose(
        outcome ->
            outcome instanceof Outcome.Refused<List<Volume>>
                ? release(caller, container).thenApply(_ -> outcome)
                : CompletableFuture.completedStage(outcome));
  }

  private CompletionStage<Outcome<List<Volume>>> claim(
      Caller caller, String name, ContainerId container, List<Volume> before) {
    return ask(name, caller, new Request.Claim(container.value(), clock.instant()))
        .thenApply(
            outcome ->
                view(name, outcome)
                    .map(
                        volume -> {
                          var volumes = new ArrayList<>(before);
                          volumes.add(volume);
                          return List.copyOf(volumes);
                        }))
        .thenApply(
            outcome ->
                outcome instanceof Outcome.Unchanged<List<Volume>>(var volumes)
                    ? Outcome.done(volumes)
                    : outcome);
  }

  /**
   * The container was not made after all: what it claimed it gives back, and what was made for it
   * alone goes.
   */
  @Override
  public CompletionStage<Void> abandon(Caller caller, ContainerId container) {
    var id = container.value();
    var made =
        table.list().stream()
            .filter(volume -> volume.getSpec().getMadeFor().equals(id))
            .filter(volume -> volume.getUsedByList().stream().allMatch(id::equals))
            .map(volume -> volume.getSpec().getName())
            .toList();
    return release(caller, container)
        .thenCompose(
            _ ->
                CompletableFuture.allOf(
                    made.stream()
                        .map(name -> remove(caller, name, true))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture<?>[]::new)));
  }

  /** Gives back every claim of the container. */
  private CompletionStage<Void> release(Caller caller, ContainerId container) {
    var id = container.value();
    var released =
        table.list().stream()
            .filter(volume -> volume.getUsedByList().contains(id))
            .map(volume -> volume.getSpec().getName())
            .map(name -> ask(name, caller, new Request.Unclaim(id, clock.instant())))
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(released);
  }

  /**
   * {@link #abandon Abandons} containers that are not {@code living}: a crash came before their
   * creation was recorded.
   */
  public CompletionStage<Void> reconcile(Collection<ContainerId> living) {
    var known = living.stream().map(ContainerId::value).collect(Collectors.toSet());
    var abandoned =
        table.list().stream()
            .flatMap(
                volume ->
                    Stream.concat(
                        volume.getUsedByList().stream(), Stream.of(volume.getSpec().getMadeFor())))
            .filter(user -> !user.isEmpty() && !known.contains(user))
            .distinct()
            .map(user -> abandon(Caller.ENGINE, new ContainerId(user)).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(abandoned);
  }

  @Override
  public Path prepare(ContainerId id, MountPoint mount, MountedRoot root, Optional<MountSpec> spec)
      throws IOException {
    var name = mount.getName();
    var volume =
        table.find(name).orElseThrow(() -> new IOException(Lifecycle.unknown(name).message()));
    var path =
        preparation.prepare(
            volume,
            mount.getDestination(),
            root,
            !spec.map(MountSpec::getNoCopy).orElse(false)
                && !table.hasBeenMounted(name, id.value()),
            spec.map(MountSpec::getSubpath).orElse(""));
    ask(
        name,
        Caller.ENGINE,
        new Request.NoteMounted(
            id.value(), mount.getDestination(), mount.getReadWrite(), clock.instant()));
    return path;
  }

  @Override
  public void unmounted(ContainerId id, MountPoint mount) {
    ask(mount.getName(), Caller.ENGINE, new Request.NoteUnmounted(id.value(), clock.instant()));
  }

  @Override
  public void release(ContainerId id, Iterable<MountPoint> mounts, boolean removeAnonymous)
      throws IOException {
    try {
      release(Caller.ENGINE, id).toCompletableFuture().join();
      for (var mount : mounts) {
        if (mount.getType().equals("volume")) {
          releaseMount(mount.getName(), removeAnonymous);
        }
      }
    } catch (CompletionException e) {
      throw new IOException(
          "cannot release the volumes of %s: %s".formatted(id, e.getMessage()), e);
    }
  }

  private void releaseMount(String name, boolean removeAnonymous) throws IOException {
    var volume = table.find(name);
    if (volume.isEmpty() || volume.get().getUsedByCount() > 0) {
      return;
    }
    preparation.release(volume.get());
    if (removeAnonymous && volume.get().getSpec().getAnonymous()) {
      // In use again by now: then it stays, as it should.
      remove(Caller.ENGINE, name, true).toCompletableFuture().join();
    }
  }

  // -- actors ------------------------------------------------------------------------------------

  private CompletionStage<Outcome<State>> ask(String name, Caller caller, Request request) {
    return AskPattern.ask(
        actors,
        (ActorRef<Outcome<State>> replyTo) ->
            new VolumesActor.Tell(name, new VolumeActor.Handle(request, caller, replyTo)),
        ANSWER,
        scheduler);
  }

  private CompletionStage<?> delete(String name) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            VolumeMount.release(table.data(name));
            Tree.delete(table.directory(name));
            preparation.forget(name);
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        blocking);
  }

  private Outcome<Volume> view(String name, Outcome<State> outcome) {
    return switch (outcome) {
      case Outcome.Refused<State> refused -> refused.as();
      case Outcome.Done<State> _ -> inspect(name);
      case Outcome.Unchanged<State> _ ->
          inspect(name) instanceof Outcome.Done<Volume>(var volume)
              ? new Outcome.Unchanged<>(volume)
              : unknown(name);
    };
  }

  private static <T> Outcome<T> unknown(String name) {
    var refused = Lifecycle.unknown(name);
    return Outcome.refused(refused.kind(), refused.message());
  }

  private static CompletionStage<Outcome<Volume>> refused(ErrorKind kind, String message) {
    return CompletableFuture.completedStage(Outcome.refused(kind, message));
  }
}
