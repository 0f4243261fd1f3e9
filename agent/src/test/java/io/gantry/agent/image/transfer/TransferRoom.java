package io.gantry.agent.image.transfer;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.image.ImageStore;
import io.gantry.agent.image.KeptImages;
import io.gantry.agent.image.LayerLimits;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.registry.RegistrySettings;
import io.gantry.protocol.v1.Image;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A host that pulls and pushes: a temporary state directory and a journal in memory. */
final class TransferRoom {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String JOURNAL =
      """
      akka.loglevel = WARNING
      gantry.record.journal { class = "akka.persistence.journal.inmem.InmemJournal" }
      gantry.record.snapshot { class = "akka.persistence.snapshot.NoSnapshotStore" }
      """;
  private static final TransferSettings SETTINGS =
      new TransferSettings(
          new RegistrySettings(
              Set.of(),
              List.of(),
              List.of(),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              Duration.ofMillis(300),
              3),
          3,
          5,
          2,
          Duration.ofHours(1),
          1 << 30,
          Duration.ofHours(1),
          Optional.empty());

  final Path state;
  final ImageStore store;
  final LocalImages images;
  final LocalRegistries registries;
  final ConcurrentLinkedQueue<Transfer> told = new ConcurrentLinkedQueue<>();
  private final ActorTestKit kit;

  private record Rooms(LocalImages images, LocalRegistries registries) {}

  TransferRoom() throws Exception {
    this(SETTINGS);
  }

  /** {@code policy}: the file of signatures. */
  TransferRoom(Path policy) throws Exception {
    this(
        new TransferSettings(
            SETTINGS.registries(),
            SETTINGS.downloads(),
            SETTINGS.uploads(),
            SETTINGS.unpacking(),
            SETTINGS.keep(),
            SETTINGS.keepBytes(),
            SETTINGS.keepLayers(),
            Optional.of(policy)));
  }

  /** {@code mirrors}: asked before Docker's own registry. */
  static TransferRoom withMirrors(List<URI> mirrors) throws Exception {
    var before = SETTINGS.registries();
    return new TransferRoom(
        new TransferSettings(
            new RegistrySettings(
                before.insecure(),
                mirrors,
                before.certificates(),
                before.connect(),
                before.answer(),
                before.silence(),
                before.attempts()),
            SETTINGS.downloads(),
            SETTINGS.uploads(),
            SETTINGS.unpacking(),
            SETTINGS.keep(),
            SETTINGS.keepBytes(),
            SETTINGS.keepLayers(),
            Optional.empty()));
  }

  private TransferRoom(TransferSettings settings) throws Exception {
    state = Files.createTempDirectory("gantry-transfers-");
    store = ImageStore.open(state, LayerLimits.DEFAULT);
    kit =
        ActorTestKit.create(ConfigFactory.parseString(JOURNAL).withFallback(ConfigFactory.load()));
    var made = new CompletableFuture<Rooms>();
    kit.spawn(
        Behaviors.setup(
            context -> {
              var mine = new LocalImages(context, store, List::of, KeptImages.NONE, () -> NOON);
              made.complete(
                  new Rooms(
                      mine,
                      new LocalRegistries(
                          context,
                          settings,
                          mine,
                          state,
                          new LocalRegistries.Living(List.of(), List.of()),
                          () -> NOON)));
              return Behaviors.empty();
            }));
    images = await(made).images();
    registries = await(made).registries();
    await(images.ready());
  }

  LocalRegistries.Running<Image> begin(String reference) {
    return begin(reference, Credentials.NONE);
  }

  LocalRegistries.Running<Image> begin(String reference, Credentials credentials) {
    return registries.pull(
        Caller.ENGINE, new Registries.Pull(reference, false, "", credentials), told::add);
  }

  Outcome<Image> pull(String reference) throws Exception {
    return await(begin(reference).outcome());
  }

  Outcome<Image> pullAll(String repository) throws Exception {
    var pull = new Registries.Pull(repository, true, "", Credentials.NONE);
    return await(registries.pull(Caller.ENGINE, pull, told::add).outcome());
  }

  Outcome<String> pushAll(String repository) throws Exception {
    var push = new Registries.Push(repository, true, Credentials.NONE);
    return await(registries.push(Caller.ENGINE, push, told::add).outcome());
  }

  Outcome<String> push(String reference) throws Exception {
    return await(
        registries
            .push(Caller.ENGINE, new Registries.Push(reference, false, Credentials.NONE), told::add)
            .outcome());
  }

  /** An image of one layer. */
  void importRoot(byte[] tar, String reference) throws Exception {
    await(
        images.importRoot(
            Caller.ENGINE,
            new java.io.ByteArrayInputStream(tar),
            Optional.of(reference),
            "",
            List.of(),
            ""));
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  void close() throws Exception {
    kit.shutdownTestKit();
    Tree.delete(state);
  }
}
