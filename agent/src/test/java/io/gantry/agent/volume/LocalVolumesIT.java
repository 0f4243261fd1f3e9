package io.gantry.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Caller;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.MountedRoot;
import io.gantry.agent.host.kernel.IdRange;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.VolumeSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The volumes port over the real disk. */
@Tag("host")
class LocalVolumesIT {
  private static final ContainerId FIRST = new ContainerId("a".repeat(64));
  private static final ContainerId SECOND = new ContainerId("b".repeat(64));
  private VolumeRoom room;

  @BeforeEach
  void open() throws Exception {
    room = new VolumeRoom();
  }

  @AfterEach
  void close() throws Exception {
    room.close();
  }

  private void create(String name) throws Exception {
    VolumeRoom.done(
        room.volumes.create(Caller.ENGINE, VolumeSpec.newBuilder().setName(name).build()));
  }

  private static MountPoint at(String volume, String destination) {
    return MountPoint.newBuilder()
        .setType("volume")
        .setName(volume)
        .setDestination(destination)
        .setReadWrite(true)
        .build();
  }

  private Path image() throws Exception {
    var root = room.state.resolve("root");
    var data = Files.createDirectories(root.resolve("var/data"));
    Files.writeString(data.resolve("a"), "one");
    Files.createLink(data.resolve("b"), data.resolve("a"));
    Files.createSymbolicLink(data.resolve("c"), Path.of("/etc/passwd"));
    Files.createDirectories(data.resolve("sub"));
    Files.setAttribute(data.resolve("sub"), "unix:mode", 01777);
    Files.setAttribute(data, "unix:uid", 1234);
    Files.setLastModifiedTime(data.resolve("a"), FileTime.from(VolumeRoom.NOON));
    Files.createSymbolicLink(root.resolve("data"), Path.of("/var/data"));
    return root;
  }

  @Test
  void creatingAVolumeTwiceChangesNothingAndAnotherDriverIsAConflict() throws Exception {
    create("web");
    var spec = VolumeSpec.newBuilder().setName("web");

    assertThat(VolumeRoom.await(room.volumes.create(Caller.ENGINE, spec.build())))
        .isInstanceOf(Outcome.Unchanged.class);
    assertThat(VolumeRoom.await(room.volumes.create(Caller.ENGINE, spec.setDriver("nfs").build())))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.CONFLICT,
                "create web: driver 'local' already has volume 'web': volume name must be unique"));
    assertThat(room.volumes.list()).hasSize(1);
    assertThat(room.state.resolve("volumes/web/_data")).isDirectory();
  }

  @Test
  void namesAndDriversThatCannotBeAreRefusedInDockersWords() throws Exception {
    var bad = VolumeSpec.newBuilder().setName("a/b").build();
    var driver = VolumeSpec.newBuilder().setName("ab").setDriver("none-such").build();
    var option = VolumeSpec.newBuilder().setName("ab").putDriverOptions("foo", "x").build();

    assertThat(VolumeRoom.await(room.volumes.create(Caller.ENGINE, bad)))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.INVALID,
                "create a/b: \"a/b\" includes invalid characters for a local volume name, only"
                    + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
                    + " directory, use absolute path"));
    assertThat(VolumeRoom.await(room.volumes.create(Caller.ENGINE, driver)))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.NOT_FOUND,
                "create ab: error looking up volume plugin none-such: plugin \"none-such\" not"
                    + " found"));
    assertThat(VolumeRoom.await(room.volumes.create(Caller.ENGINE, option)))
        .isEqualTo(Outcome.refused(ErrorKind.INVALID, "create ab: invalid option: \"foo\""));
  }

  @Test
  void aClaimedVolumeCannotBeRemoved() throws Exception {
    create("web");
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of("web"), FIRST));

    assertThat(VolumeRoom.await(room.volumes.remove(Caller.ENGINE, "web", true)))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.CONFLICT, "remove web: volume is in use - [%s]".formatted(FIRST)));
    room.volumes.release(FIRST, List.of(at("web", "/x")), false);
    VolumeRoom.done(room.volumes.remove(Caller.ENGINE, "web", false));

    assertThat(room.volumes.list()).isEmpty();
    assertThat(room.state.resolve("volumes/web")).doesNotExist();
    create("web");
    assertThat(room.volumes.list()).hasSize(1);
  }

  @Test
  void claimingIsAllOrNothing() throws Exception {
    create("web");

    assertThat(
            VolumeRoom.await(room.volumes.claim(Caller.ENGINE, List.of("web", "none-such"), FIRST)))
        .isEqualTo(Outcome.refused(ErrorKind.NOT_FOUND, "get none-such: no such volume"));
    assertThat(room.volumes.list().iterator().next().getUsedByList()).isEmpty();
  }

  @Test
  void anAnonymousVolumeGoesWithItsLastContainer() throws Exception {
    var volume =
        VolumeRoom.done(
            room.volumes.create(Caller.ENGINE, VolumeSpec.newBuilder().setAnonymous(true).build()));
    var name = volume.getSpec().getName();
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of(name), FIRST));
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of(name), SECOND));

    room.volumes.release(FIRST, List.of(at(name, "/x")), true);
    assertThat(room.volumes.list()).hasSize(1);
    room.volumes.release(SECOND, List.of(at(name, "/x")), true);

    assertThat(name).hasSize(64);
    assertThat(room.volumes.list()).isEmpty();
  }

  @Test
  void aFreshVolumeTakesTheImagesContentOnce() throws Exception {
    create("web");
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of("web"), FIRST));
    var root = image();

    var data = room.volumes.prepare(FIRST, at("web", "/data"), plain(root), Optional.empty());

    assertThat(data.resolve("a")).hasContent("one");
    assertThat(Files.getLastModifiedTime(data.resolve("a")))
        .isEqualTo(FileTime.from(VolumeRoom.NOON));
    assertThat(Files.getAttribute(data.resolve("b"), "unix:ino"))
        .isEqualTo(Files.getAttribute(data.resolve("a"), "unix:ino"));
    assertThat(Files.readSymbolicLink(data.resolve("c"))).isEqualTo(Path.of("/etc/passwd"));
    assertThat((int) Files.getAttribute(data.resolve("sub"), "unix:mode") & 07777).isEqualTo(01777);
    assertThat(Files.getAttribute(data, "unix:uid")).isEqualTo(1234);
    Files.delete(data.resolve("a"));
    room.volumes.prepare(SECOND, at("web", "/data"), plain(root), Optional.empty());
    assertThat(data.resolve("a")).doesNotExist();
    assertThat(room.state.resolve("volumes/web/copying")).doesNotExist();
  }

  @Test
  void aCopyThatACrashCutShortIsFinished() throws Exception {
    create("web");
    var root = image();
    var data = room.state.resolve("volumes/web/_data");
    Files.writeString(data.resolve("a"), "o");
    Files.createFile(room.state.resolve("volumes/web/copying"));

    room.volumes.prepare(FIRST, at("web", "/var/data"), plain(root), Optional.empty());

    assertThat(data.resolve("a")).hasContent("one");
    assertThat(data.resolve("sub")).isDirectory();
  }

  @Test
  void nothingIsCopiedWhereItIsNotWanted() throws Exception {
    create("web");
    var spec = MountSpec.newBuilder().setNoCopy(true).build();

    var data = room.volumes.prepare(FIRST, at("web", "/data"), plain(image()), Optional.of(spec));

    assertThat(data).isEmptyDirectory();
  }

  @Test
  void aSubpathCannotLeaveTheVolume() throws Exception {
    create("web");
    var data = room.state.resolve("volumes/web/_data");
    Files.createDirectories(data.resolve("in/side"));
    Files.createSymbolicLink(data.resolve("out"), Path.of("/"));
    var inside = MountSpec.newBuilder().setNoCopy(true).setSubpath("in/side").build();
    var outside = MountSpec.newBuilder().setNoCopy(true).setSubpath("out/in").build();

    assertThat(room.volumes.prepare(FIRST, at("web", "/x"), plain(data), Optional.of(inside)))
        .isEqualTo(data.resolve("in/side"));
    assertThat(room.volumes.prepare(FIRST, at("web", "/x"), plain(data), Optional.of(outside)))
        .isEqualTo(data.resolve("in"));
  }

  @Test
  void aVolumeWithDriverOptionsIsMountedWhenNeededAndLetGoAfterwards() throws Exception {
    var spec =
        VolumeSpec.newBuilder()
            .setName("fast")
            .putDriverOptions("type", "tmpfs")
            .putDriverOptions("device", "tmpfs")
            .putDriverOptions("o", "size=1m,noexec")
            .build();
    VolumeRoom.done(room.volumes.create(Caller.ENGINE, spec));
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of("fast"), FIRST));

    var data = room.volumes.prepare(FIRST, at("fast", "/x"), plain(image()), Optional.empty());

    assertThat(Files.getFileStore(data).type()).isEqualTo("tmpfs");
    room.volumes.release(FIRST, List.of(at("fast", "/x")), false);
    assertThat(Files.getFileStore(data).type()).isNotEqualTo("tmpfs");
  }

  @Test
  void aNewAgentKnowsTheVolumesAndForgetsClaimsOfContainersThatAreNot() throws Exception {
    create("web");
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of("web"), FIRST));

    var next = room.start(List.of("web"));

    assertThat(next.list().iterator().next().getUsedByList()).containsExactly(FIRST.value());
    VolumeRoom.await(next.reconcile(List.of(SECOND)));
    assertThat(next.list().iterator().next().getUsedByList()).isEmpty();
    assertThat(VolumeRoom.done(next.size("web"))).isZero();
  }

  @Test
  void whatWasMadeForAContainerGoesWithItsUnfinishedCreationOnly() throws Exception {
    var alone = madeFor(FIRST);
    var claimed = madeFor(FIRST);
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of(claimed), FIRST));
    var finished = madeFor(SECOND);
    VolumeRoom.done(room.volumes.claim(Caller.ENGINE, List.of(finished), SECOND));
    room.volumes.release(SECOND, List.of(at(finished, "/x")), false);

    var next = room.start(List.of(alone, claimed, finished));
    VolumeRoom.await(next.reconcile(List.of()));

    assertThat(next.list())
        .extracting(volume -> volume.getSpec().getName())
        .containsExactly(finished);
  }

  private String madeFor(ContainerId container) throws Exception {
    var spec = VolumeSpec.newBuilder().setAnonymous(true).setMadeFor(container.value());
    return VolumeRoom.done(room.volumes.create(Caller.ENGINE, spec.build())).getSpec().getName();
  }

  private static MountedRoot plain(Path root) {
    return new MountedRoot(root, IdRange.ALL);
  }
}
