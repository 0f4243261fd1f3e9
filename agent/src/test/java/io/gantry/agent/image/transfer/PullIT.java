package io.gantry.agent.image.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Transfer;
import io.gantry.agent.image.TestTar;
import io.gantry.agent.image.registry.TestRegistry;
import io.gantry.agent.image.registry.TestRegistry.Fault;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pulls from a registry that does wrong. Needs root to unpack. */
@Tag("host")
class PullIT {
  private TestRegistry registry;
  private TransferRoom room;
  private TestImage image;

  @BeforeEach
  void open() throws Exception {
    registry = new TestRegistry();
    room = new TransferRoom();
    image = TestImage.in(registry, "1", layer(1), layer(2));
  }

  @AfterEach
  void close() throws Exception {
    room.close();
    registry.close();
  }

  private static byte[] layer(int seed) throws Exception {
    var bytes = new byte[200_000];
    new Random(seed).nextBytes(bytes);
    return new TestTar().file("file-" + seed, bytes, 0644, 0, 0, Map.of()).bytes();
  }

  private String name() {
    return registry.host() + "/a/b:1";
  }

  private Image pulled() throws Exception {
    return switch (room.pull(name())) {
      case Outcome.Done<Image>(var one) -> one;
      case Outcome.Unchanged<Image>(var one) -> one;
      case Outcome.Refused<Image>(_, var why) -> throw new AssertionError(why);
    };
  }

  private long asked(String blob) {
    return registry.requests().stream()
        .filter(request -> request.startsWith("GET") && request.contains(blob))
        .count();
  }

  @Test
  void anImageComesWithItsLayersItsTagAndItsDigest() throws Exception {
    var one = pulled();

    assertThat(one.getId()).isEqualTo(image.config().toString());
    assertThat(one.getRepoTagsList()).containsExactly(name());
    assertThat(one.getRepoDigestsList())
        .containsExactly(registry.host() + "/a/b@" + image.manifest());
    assertThat(room.store.layers().all()).hasSize(2);
    assertThat(room.told).contains(new Transfer.Said("1", "Pulling from a/b"));
    assertThat(room.told)
        .endsWith(
            new Transfer.Said("", "Digest: " + image.manifest()),
            new Transfer.Said("", "Status: Downloaded newer image for " + name()));
    try (var left = Files.list(room.state.resolve("content/arrivals"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anImageThatIsHereIsUpToDateAndNothingIsFetched() throws Exception {
    pulled();
    var before = registry.requests().size();

    assertThat(room.pull(name())).isInstanceOf(Outcome.Unchanged.class);

    assertThat(registry.requests().subList(before, registry.requests().size()))
        .containsExactly("HEAD /v2/a/b/manifests/1");
    assertThat(room.told)
        .endsWith(new Transfer.Said("", "Status: Image is up to date for " + name()));
  }

  @Test
  void aCutConnectionIsTakenUpInsideTheLayer() throws Exception {
    registry.blobsMeet(new Fault.CutAfter(0), new Fault.RangeIgnored());
    registry.blobsMeet(new Fault.CutAfter(100_000));

    pulled();

    assertThat(registry.requests())
        .as("a request for the rest")
        .anyMatch(request -> request.matches("GET .* bytes=[1-9][0-9]*-"));
  }

  @Test
  void aRegistryThatIgnoresRangesSendsAllOnceMore() throws Exception {
    registry.blobsMeet(new Fault.RangeIgnored(), new Fault.CutAfter(50_000));
    registry.blobsMeet(new Fault.RangeIgnored(), new Fault.RangeIgnored());

    assertThat(pulled().getId()).isEqualTo(image.config().toString());
  }

  @Test
  void wrongBytesAreRefusedAndNothingIsNamed() throws Exception {
    registry.blobsMeet(new Fault.RangeIgnored(), new Fault.WrongBytes(), new Fault.WrongBytes());

    var outcome = room.pull(name());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.message())
                    .startsWith("filesystem layer verification failed for digest sha256:"));
    assertThat(room.images.list()).isEmpty();
  }

  @Test
  void aRegistryThatIsBusyIsAskedAgain() throws Exception {
    registry.manifestsMeet(
        new Fault.Status(429, Map.of("Retry-After", "0")), new Fault.Status(503, Map.of()));
    registry.blobsMeet(new Fault.Status(500, Map.of()));

    assertThat(pulled().getId()).isEqualTo(image.config().toString());
  }

  @Test
  void aSilentRegistryIsLeftAndAskedForTheRest() throws Exception {
    registry.blobsMeet(new Fault.RangeIgnored(), new Fault.SilentAfter(70_000));

    pulled();

    assertThat(registry.requests())
        .anyMatch(request -> request.matches("GET .* bytes=[1-9][0-9]*-"));
  }

  @Test
  void aManifestThatIsNotThereIsSaidInDockersWords() throws Exception {
    var unknown = registry.host() + "/a/b:2";

    assertThat(room.pull(unknown))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.NOT_FOUND,
                "manifest for %s not found: manifest unknown: manifest unknown"
                    .formatted(unknown)));
  }

  @Test
  void whatACancelledPullHasFetchedIsNotFetchedAgain() throws Exception {
    registry.blobsMeet(
        new Fault.RangeIgnored(), new Fault.SilentAfter(150_000), new Fault.SilentAfter(150_000));
    var running = room.begin(name());
    while (registry.requests().stream().filter(one -> one.contains("/blobs/")).count() < 3) {
      Thread.onSpinWait();
    }
    running.cancel().run();
    assertThat(TransferRoom.await(running.outcome())).isInstanceOf(Outcome.Refused.class);
    assertThat(room.images.list()).isEmpty();

    assertThat(pulled().getId()).isEqualTo(image.config().toString());
  }

  @Test
  void aLayerThatTwoPullsWantIsFetchedOnce() throws Exception {
    TestImage.in(registry, "2", layer(1), layer(3));

    var first = room.begin(registry.host() + "/a/b:1");
    var second = room.begin(registry.host() + "/a/b:2");

    assertThat(TransferRoom.await(first.outcome())).isInstanceOf(Outcome.Done.class);
    assertThat(TransferRoom.await(second.outcome())).isInstanceOf(Outcome.Done.class);
    assertThat(asked(image.layers().getFirst().toString())).isEqualTo(1);
    assertThat(room.store.layers().all()).hasSize(3);
  }

  @Test
  void basicCredentialsAreShownWhereTheyAreAskedFor() throws Exception {
    registry.requireBasic("u", "p");

    assertThat(TransferRoom.await(room.begin(name()).outcome()))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.message()).endsWith(": no basic auth credentials"));
    assertThat(TransferRoom.await(room.begin(name(), Credentials.of("u", "wrong")).outcome()))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.message())
                    .startsWith(
                        "pull access denied for %s/a/b, repository does not exist or may require"
                                .formatted(registry.host())
                            + " 'docker login': unauthorized:"));
    assertThat(TransferRoom.await(room.begin(name(), Credentials.of("u", "p")).outcome()))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aTokenIsFetchedOnceForARepository() throws Exception {
    registry.requireBearer("u", "p");

    assertThat(TransferRoom.await(room.begin(name(), Credentials.of("u", "p")).outcome()))
        .isInstanceOf(Outcome.Done.class);

    assertThat(registry.requests().stream().filter(one -> one.startsWith("SCOPE")))
        .containsExactly("SCOPE account=u&scope=repository:a/b:pull&service=test");
  }

  @Test
  void aPushedLayerIsTakenUpWhereItWasCutAndTheManifestIsTheOneThatCame() throws Exception {
    pulled();
    var target = new TestRegistry();
    try (target) {
      target.cutUploadsAfter(30_000, 20_000);
      assertThat(TransferRoom.await(room.images.tag(Caller.ENGINE, name(), target.host() + "/c:3")))
          .isInstanceOf(Outcome.Done.class);

      var digest = room.push(target.host() + "/c:3");

      assertThat(digest).isEqualTo(Outcome.done(image.manifest().toString()));
      assertThat(target.manifest("3").orElseThrow())
          .isEqualTo(registry.manifest("1").orElseThrow());
      image.layers().forEach(layer -> assertThat(target.blob(layer)).isPresent());
      assertThat(target.requests()).anyMatch(request -> request.startsWith("GET /v2/c/blobs/up"));
      assertThat(room.told)
          .anyMatch(told -> told instanceof Transfer.Step step && step.action().equals("Pushed"));

      var before = target.requests().size();
      room.push(target.host() + "/c:3");
      assertThat(target.requests().subList(before, target.requests().size()))
          .noneMatch(request -> request.startsWith("PATCH"));
    }
  }

  @Test
  void whatARegistryHasOfALayerIsKnownAfterTheLayerWasRemovedAndMadeAgain() throws Exception {
    pulled();
    TransferRoom.await(room.images.remove(Caller.ENGINE, name(), true, false));
    assertThat(room.store.layers().all()).isEmpty();
    room.importRoot(layer(1), registry.host() + "/a/b:again");
    var before = registry.requests().size();

    assertThat(room.push(registry.host() + "/a/b:again")).isInstanceOf(Outcome.Done.class);

    var manifest = new String(registry.manifest("again").orElseThrow(), StandardCharsets.UTF_8);
    assertThat(manifest).contains(image.layers().getFirst().toString());
    assertThat(registry.requests().subList(before, registry.requests().size()))
        .filteredOn(request -> request.startsWith("POST"))
        .as("only the configuration is new")
        .hasSize(1);
    assertThat(room.told)
        .anyMatch(
            told -> told instanceof Transfer.Step step && step.action().contains("already exists"));
  }

  @Test
  void aRegistryThatHasNotGotTheRememberedBlobIsSentTheLayer() throws Exception {
    pulled();
    TransferRoom.await(room.images.remove(Caller.ENGINE, name(), true, false));
    try (var other = new TestRegistry()) {
      room.importRoot(layer(1), other.host() + "/a/b:again");

      assertThat(room.push(other.host() + "/a/b:again")).isInstanceOf(Outcome.Done.class);

      assertThat(other.blob(image.layers().getFirst())).isEmpty();
      assertThat(other.requests()).anyMatch(request -> request.startsWith("PATCH"));
    }
  }
}
