package io.gantry.agent.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers;
import io.gantry.agent.LimitSupport;
import io.gantry.agent.NameMaker;
import io.gantry.agent.Outcome;
import io.gantry.agent.Volumes;
import io.gantry.agent.container.Board;
import io.gantry.agent.container.ContainerActor;
import io.gantry.agent.container.ContainersActor;
import io.gantry.agent.container.Names;
import io.gantry.agent.container.lifecycle.Request;
import io.gantry.agent.host.Cgroups;
import io.gantry.agent.image.ResolvedImage;
import io.gantry.agent.network.NetworkTable;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/** From what a client asks for to a recorded container: image, defaults, checks, name, volumes. */
public final class Creator {
  private static final Duration RECORD_TIMEOUT = Duration.ofSeconds(60);

  private final Shelf images;
  private final Volumes volumes;
  private final Claims claims;
  private final ContainerNetworks networks;
  private final References references;
  private final Names names;
  private final Set<String> runtimes;
  private final LimitSupport support;
  private final Cgroups.Mode cgroups;
  private final UserNamespaceChoice userNamespaces;
  private final ActorRef<ContainersActor.Command> actors;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Volumes that a container names are its own to use until it is gone. */
  public interface Claims {
    CompletionStage<Outcome<List<Volume>>> claim(
        Caller caller, Collection<String> volumes, ContainerId container);

    /** The container was not made: its claims end, and volumes made for it alone go. */
    CompletionStage<Void> abandon(Caller caller, ContainerId container);
  }

  /** Images to make containers of. */
  public interface Shelf {
    Outcome<ResolvedImage> resolve(String reference);

    /** Keeps the layers until closed; refused when they are gone. */
    Outcome<? extends AutoCloseable> hold(String reference, ResolvedImage image);
  }

  public Creator(
      Shelf images,
      Volumes volumes,
      Claims claims,
      NetworkTable networks,
      Board board,
      Names names,
      Set<String> runtimes,
      LimitSupport support,
      Cgroups.Mode cgroups,
      boolean ownUserNamespaces,
      ActorRef<ContainersActor.Command> actors,
      Scheduler scheduler,
      InstantSource clock,
      RandomGenerator random) {
    this.images = images;
    this.volumes = volumes;
    this.claims = claims;
    this.networks = new ContainerNetworks(networks, clock);
    this.references = new References(board, names);
    this.names = names;
    this.runtimes = runtimes;
    this.support = support;
    this.cgroups = cgroups;
    this.userNamespaces = new UserNamespaceChoice(ownUserNamespaces, board::list);
    this.actors = actors;
    this.scheduler = scheduler;
    this.clock = clock;
    this.random = random;
  }

  /** What limits this host can keep. */
  LimitSupport support() {
    return support;
  }

  CompletionStage<Outcome<Containers.Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec asked) {
    var bare = name.map(one -> one.startsWith("/") ? one.substring(1) : one);
    var badName = bare.flatMap(SpecCheck::name);
    if (badName.isPresent()) {
      return refused(ErrorKind.INVALID, badName.get());
    }
    return images.resolve(asked.getImage()).then(image -> held(caller, bare, asked, image));
  }

  /**
   * Until the container is known to stand on its layers, a removal of the image must not have them.
   */
  private CompletionStage<Outcome<Containers.Creation>> held(
      Caller caller, Optional<String> name, ContainerSpec asked, ResolvedImage image) {
    return images
        .hold(asked.getImage(), image)
        .then(lease -> create(caller, name, asked, image).whenComplete((_, _) -> release(lease)));
  }

  private static void release(AutoCloseable lease) {
    try {
      lease.close();
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private CompletionStage<Outcome<Containers.Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec asked, ResolvedImage image) {
    var id = ContainerId.random();
    var merged = SpecMerge.merge(asked, image.image().getConfig());
    var limits = LimitsCheck.check(merged.getResources(), support, false);
    var wrong =
        Checks.first(
            () -> SpecCheck.spec(merged, runtimes),
            limits::wrong,
            () -> NetworkAdvice.links(merged, references),
            () -> userNamespaces.wrong(merged));
    if (wrong.isPresent()) {
      return refused(ErrorKind.INVALID, wrong.get());
    }
    var kept = merged.toBuilder().setResources(limits.spec()).build();
    var warnings = NetworkAdvice.warnings(kept, limits.warnings());
    return networks
        .resolved(kept)
        .then(placed -> create(caller, name, placed, id, image, warnings));
  }

  private CompletionStage<Outcome<Containers.Creation>> create(
      Caller caller,
      Optional<String> name,
      ContainerSpec placed,
      ContainerId id,
      ResolvedImage image,
      List<String> warnings) {
    MountPlan plan;
    ContainerSpec spec;
    try {
      spec = userNamespaces.chosen(Modes.resolved(placed, id, cgroups, references::find));
      plan = MountPlan.of(spec, reference -> found(references.find(reference)));
    } catch (MountPlan.Refused e) {
      // Also for a container that is not there: clients take "not found" for the image and pull.
      return refused(ErrorKind.INVALID, String.valueOf(e.getMessage()));
    }
    return name(name, id).then(own -> withVolumes(caller, id, own, spec, image, plan, warnings));
  }

  private static Optional<Container> found(Outcome<Container> outcome) {
    return switch (outcome) {
      case Outcome.Done<Container>(var container) -> Optional.of(container);
      case Outcome.Unchanged<Container>(var container) -> Optional.of(container);
      case Outcome.Refused<Container> _ -> Optional.empty();
    };
  }

  private Outcome<String> name(Optional<String> asked, ContainerId id) {
    if (asked.isPresent()) {
      var holder = names.take(asked.get(), id.value());
      return holder.isPresent()
          ? Outcome.refused(ErrorKind.CONFLICT, nameTaken(asked.get(), holder.get()))
          : Outcome.done(asked.get());
    }
    for (var attempt = 0; ; attempt++) {
      var made = NameMaker.name(random, attempt);
      if (names.take(made, id.value()).isEmpty()) {
        return Outcome.done(made);
      }
    }
  }

  static String nameTaken(String name, String holder) {
    return ("Conflict. The container name \"/%s\" is already in use by container \"%s\". You have"
            + " to remove (or rename) that container to be able to reuse that name.")
        .formatted(name, holder);
  }

  private CompletionStage<Outcome<Containers.Creation>> withVolumes(
      Caller caller,
      ContainerId id,
      String name,
      ContainerSpec spec,
      ResolvedImage image,
      MountPlan plan,
      List<String> warnings) {
    var made = new ArrayList<CompletableFuture<Outcome<Volume>>>();
    for (VolumeSpec volume : plan.volumes()) {
      var own = volume.getAnonymous() ? volume.toBuilder().setMadeFor(id.value()).build() : volume;
      made.add(volumes.create(caller, own).toCompletableFuture());
    }
    return CompletableFuture.allOf(made.toArray(CompletableFuture[]::new))
        .thenCompose(
            _ -> {
              Map<String, String> directories = new HashMap<>();
              for (var one : made) {
                switch (one.join()) {
                  case Outcome.Done<Volume>(var volume) ->
                      directories.put(volume.getSpec().getName(), volume.getMountpoint());
                  case Outcome.Unchanged<Volume>(var volume) ->
                      directories.put(volume.getSpec().getName(), volume.getMountpoint());
                  case Outcome.Refused<Volume> refused -> {
                    names.free(name, id.value());
                    claims.abandon(caller, id);
                    return CompletableFuture.completedFuture(refused.<Containers.Creation>as());
                  }
                }
              }
              return claimed(
                  caller, id, name, spec, image, plan.located(directories::get), warnings);
            });
  }

  private CompletionStage<Outcome<Containers.Creation>> claimed(
      Caller caller,
      ContainerId id,
      String name,
      ContainerSpec spec,
      ResolvedImage image,
      List<MountPoint> mounts,
      List<String> warnings) {
    var used =
        mounts.stream()
            .filter(mount -> mount.getType().equals("volume"))
            .map(MountPoint::getName)
            .toList();
    if (used.isEmpty()) {
      return record(caller, id, name, spec, image, mounts, warnings);
    }
    return claims
        .claim(caller, used, id)
        .thenCompose(
            outcome -> {
              if (outcome instanceof Outcome.Refused<List<Volume>> refused) {
                names.free(name, id.value());
                claims.abandon(caller, id);
                return CompletableFuture.completedFuture(refused.<Containers.Creation>as());
              }
              return record(caller, id, name, spec, image, mounts, warnings);
            });
  }

  private CompletionStage<Outcome<Containers.Creation>> record(
      Caller caller,
      ContainerId id,
      String name,
      ContainerSpec spec,
      ResolvedImage image,
      List<MountPoint> mounts,
      List<String> warnings) {
    var request =
        new Request.Create(
            name, spec, image.id(), image.diffIds(), mounts, warnings, clock.instant());
    return Ask.<ContainersActor.Command, Outcome<Container>>of(
            actors,
            replyTo ->
                new ContainersActor.Tell(id, new ContainerActor.Handle(request, caller, replyTo)),
            RECORD_TIMEOUT,
            scheduler)
        .thenApply(
            outcome -> {
              if (outcome instanceof Outcome.Refused<Container>) {
                names.free(name, id.value());
                claims.abandon(caller, id);
              }
              return outcome.map(
                  container ->
                      new Containers.Creation(container, container.getStatus().getWarningsList()));
            });
  }

  private static CompletionStage<Outcome<Containers.Creation>> refused(
      ErrorKind kind, String message) {
    return CompletableFuture.completedFuture(Outcome.refused(kind, message));
  }
}
