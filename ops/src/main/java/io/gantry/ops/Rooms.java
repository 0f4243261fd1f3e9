package io.gantry.ops;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.stream.SystemMaterializer;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.build.BaseImages;
import io.gantry.agent.build.BuildCache;
import io.gantry.agent.build.CacheLimits;
import io.gantry.agent.build.LocalBuilds;
import io.gantry.agent.build.Workshop;
import io.gantry.agent.container.Board;
import io.gantry.agent.container.Connector;
import io.gantry.agent.container.ContainerSurroundings;
import io.gantry.agent.container.ContainersActor;
import io.gantry.agent.container.Execution;
import io.gantry.agent.container.HostSandbox;
import io.gantry.agent.container.Launcher;
import io.gantry.agent.container.Names;
import io.gantry.agent.container.Naming;
import io.gantry.agent.container.PendingAttachments;
import io.gantry.agent.container.Probing;
import io.gantry.agent.container.Remover;
import io.gantry.agent.container.files.FileRoom;
import io.gantry.agent.container.files.RootViews;
import io.gantry.agent.container.log.ContainerLog;
import io.gantry.agent.container.log.LogWatch;
import io.gantry.agent.engine.CommitPauses;
import io.gantry.agent.engine.Committer;
import io.gantry.agent.engine.ContainerReading;
import io.gantry.agent.engine.ContainerStdio;
import io.gantry.agent.engine.Creator;
import io.gantry.agent.engine.HostActor;
import io.gantry.agent.engine.ImageShelf;
import io.gantry.agent.engine.LocalContainerFiles;
import io.gantry.agent.engine.LocalContainers;
import io.gantry.agent.engine.LocalEngine;
import io.gantry.agent.engine.RecordedEvents;
import io.gantry.agent.engine.RecordedPrunes;
import io.gantry.agent.host.names.NamespaceSockets;
import io.gantry.agent.host.overlay.OverlaySnapshotter;
import io.gantry.agent.image.Commit;
import io.gantry.agent.image.ImageStore;
import io.gantry.agent.image.ImageUse;
import io.gantry.agent.image.LayerLimits;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.transfer.LocalRegistries;
import io.gantry.agent.image.transfer.TransferSettings;
import io.gantry.agent.network.LocalNetworks;
import io.gantry.agent.network.NetworkActor;
import io.gantry.agent.network.NetworkTable;
import io.gantry.agent.network.NetworksActor;
import io.gantry.agent.network.PortPool;
import io.gantry.agent.network.dns.NameBook;
import io.gantry.agent.network.dns.NameServer;
import io.gantry.agent.volume.LocalVolumes;
import io.gantry.cluster.membership.LocalMembership;
import io.gantry.cluster.services.LocalServices;
import io.gantry.persistence.record.RecordStore;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The rooms of an agent, connected. What follows is the list of what there is and who knows whom.
 *
 * @param containers the parent of all containers, which act only once they are told to
 */
record Rooms(
    LocalEngine engine,
    LocalContainers localContainers,
    LocalNetworks networks,
    LocalImages images,
    LocalRegistries registries,
    LocalVolumes volumes,
    LocalBuilds builds,
    Connector connector,
    Board board,
    PortPool hostPorts,
    Ports ports,
    RecordStore record,
    ActorRef<ContainersActor.Command> containers,
    ActorRef<HostActor.Command> host,
    LocalMembership membership,
    LocalServices services) {

  static Rooms spawn(ActorContext<?> context, Options options, Ports ports, Executor blocking) {
    try {
      return connect(context, options, ports, blocking);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static Rooms connect(
      ActorContext<?> context, Options options, Ports ports, Executor blocking) throws IOException {
    var system = context.getSystem();
    var scheduler = system.scheduler();
    var clock = InstantSource.system();
    var random = new SecureRandom();
    var record = RecordStore.of(system);
    var directories = ports.directories();
    var host = ports.host();
    var names = new Names();
    var book = new NameBook();
    var nameServer = new NameServer(book, random);
    var naming = new Naming(book, nameServer, new NamespaceSockets());
    var board = new Board(names, naming::onState);

    var knownNetworks = ids(record, NetworkActor.PREFIX);
    var table = new NetworkTable(ports.name().prefix(), knownNetworks);
    var networksActor =
        context.spawn(NetworksActor.create(knownNetworks, table::publish), "networks");
    var networks =
        new LocalNetworks(
            table,
            networksActor,
            scheduler,
            host.links(),
            host.firewall(),
            clock,
            blocking,
            board::list);
    var buildDirectory = directories.state().resolve("builds");
    var buildCache = BuildCache.open(buildDirectory.resolve("cache"));
    var imageStore = ImageStore.open(directories.state(), LayerLimits.DEFAULT);
    var images = new LocalImages(context, imageStore, () -> uses(board), buildCache, clock);
    var transfers = TransferSettings.of(system.settings().config());
    var registries =
        new LocalRegistries(
            context,
            transfers,
            images,
            directories.state(),
            new LocalRegistries.Living(
                ids(record, LocalRegistries.PULLS), ids(record, LocalRegistries.PUSHES)),
            clock);
    var volumes =
        new LocalVolumes(
            context,
            directories.state().resolve("volumes"),
            ids(record, "volume|"),
            clock,
            random,
            blocking);

    var hostPorts = new PortPool();
    var connector = new Connector(host, table, hostPorts, board, naming, directories);
    var remover = new Remover(host, connector, volumes, directories);
    var attachments = new PendingAttachments();
    var logWatch = new LogWatch();
    var launcher =
        new Launcher(
            host,
            connector,
            volumes,
            ports.bundles(),
            directories,
            remover,
            board,
            attachments,
            new Launcher.Settings(ports.deadline(), ports.init(), ports.name().cgroup()),
            clock);
    var execution = new Execution(host, directories, ports.deadline(), random);
    var sandbox =
        new HostSandbox(
            host,
            launcher,
            remover,
            connector,
            execution,
            new Probing(host, execution),
            clock,
            random);
    var containersActor =
        context.spawn(
            ContainersActor.create(
                ids(record, ContainersActor.PREFIX).stream().map(ContainerId::new).toList(),
                new ContainerSurroundings(sandbox, board, clock, random)),
            "containers");
    var containers =
        new LocalContainers(
            board,
            names,
            new Creator(
                new ImageShelf(images, registries::resolve),
                volumes,
                volumes,
                table,
                board,
                names,
                host.runtimes().keySet(),
                host.cgroups().support(),
                host.cgroups().mode(),
                options.userns.equals("private"),
                containersActor,
                scheduler,
                clock,
                random),
            new ContainerStdio(
                host.monitor(), attachments, board, containersActor, scheduler, blocking),
            new ContainerReading(
                host,
                board,
                id -> new ContainerLog(directories.log(id), logWatch, blocking),
                id -> imageBytes(images, id),
                clock,
                blocking),
            execution,
            table,
            directories,
            containersActor,
            scheduler,
            clock);
    var materializer = SystemMaterializer.get(system).materializer();
    var views = new RootViews(host.snapshotter(), volumes, directories);
    var files =
        new LocalContainerFiles(
            board,
            names,
            new FileRoom(views),
            new Committer(
                containers,
                views,
                new Commit(imageStore, images),
                new CommitPauses(directories),
                clock),
            containers::observed);
    var builds =
        new LocalBuilds(
            context,
            new Workshop(
                images,
                imageStore,
                containers,
                host.snapshotter(),
                new OverlaySnapshotter(Workshop.scratchOf(directories.state())),
                buildCache,
                new BaseImages(registries, materializer),
                CacheLimits.of(system.settings().config()),
                materializer,
                buildDirectory,
                clock));
    var facts = Facts.of(options, ports, transfers.registries());
    var hostActor = context.spawn(HostActor.create(facts.now().id(), facts.now().name()), "host");
    var others = OtherHosts.of(system, facts.now(), hostActor, board, directories.state());
    var membership = others.membership();
    var engine =
        new LocalEngine(
            containers,
            files,
            images,
            registries,
            builds,
            volumes,
            networks,
            new RecordedPrunes(hostActor, scheduler, clock),
            new RecordedEvents(record),
            membership,
            others.services(),
            facts::now);
    return new Rooms(
        engine,
        containers,
        networks,
        images,
        registries,
        volumes,
        builds,
        connector,
        board,
        hostPorts,
        ports,
        record,
        containersActor,
        hostActor,
        membership,
        others.services());
  }

  /** Builds that ran when the agent ended. */
  List<String> unfinishedBuilds() {
    return ids(record, LocalBuilds.PREFIX);
  }

  private static List<String> ids(RecordStore record, String prefix) {
    return record.living(prefix).stream().map(id -> id.substring(prefix.length())).toList();
  }

  private static Collection<ImageUse> uses(Board board) {
    return board.all().stream()
        .map(
            facts ->
                new ImageUse(
                    facts.container().getId(),
                    facts.container().getStatus().getImageId(),
                    facts.container().getStatus().getPid() != 0,
                    facts.layers()))
        .toList();
  }

  private static long imageBytes(LocalImages images, String id) {
    return images.inspect(id) instanceof Outcome.Done<Image>(var image) ? image.getSizeBytes() : 0;
  }
}
